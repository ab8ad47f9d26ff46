"""Files of a company: CSV, TSV, fixed width, JSON, event logs, Parquet and Excel, packed or not, read a batch at a time."""

from lealtad.sources.files.kinds import ENDINGS
from lealtad.sources.files.reading import FileOptions, read_file

__all__ = ["ENDINGS", "FileOptions", "read_file"]
