"""File formats: CSV, fixed width, JSON, XES, Excel and Parquet, compressed or not, in any encoding.

In: a path and its layout. Out: frames in the file's own columns, every row exactly once. It does not use the
contract.
"""

from lealtad.sources.files.kinds import ENDINGS
from lealtad.sources.files.reading import FileOptions, read_file

__all__ = ["ENDINGS", "FileOptions", "read_file"]
