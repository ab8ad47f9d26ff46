"""One file per measure: its definition, its formula, its words, and where it is shown."""
