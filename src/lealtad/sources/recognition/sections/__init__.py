"""The section of `lealtad.toml` that reads a matched table, and the questions it leaves to a person.

In: `SourceTable`s. Out: `Proposal`s, and the text of a starter file. It reads no files.
"""
