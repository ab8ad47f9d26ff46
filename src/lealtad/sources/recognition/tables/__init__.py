"""Which table of the contract a file or database table is, and which of its columns is which.

In: files, or a database. Out: `SourceTable`s with the shape each one matches. It proposes no settings.
"""
