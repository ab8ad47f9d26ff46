"""Owns the formats of files: CSV, fixed width, JSON, XES, Excel and Parquet, packed or not, in any encoding.

In: a path and how its text is laid out. Out: frames in the file's own columns, all rows and none twice. It
knows no table.
"""

from lealtad.sources.files.kinds import ENDINGS
from lealtad.sources.files.reading import FileOptions, read_file

__all__ = ["ENDINGS", "FileOptions", "read_file"]
