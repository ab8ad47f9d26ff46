"""One file per measure: its definition, formula, unit, direction and words, and where it is shown.

A file declares its measures in `MEASURES`; the registry finds it by being here, and nothing else lists it.
"""
