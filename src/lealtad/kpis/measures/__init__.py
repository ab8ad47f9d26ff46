"""One file per measure: its definition, formula, unit, direction and words, and where it is shown.

A file declares its measures in `MEASURES`. The registry finds every file of this folder; no other list exists.
"""
