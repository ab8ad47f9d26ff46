"""Files of a company, of any usual kind, packed or not, read a batch at a time."""

from lealtad.sources.files.kinds import ENDINGS
from lealtad.sources.files.reading import FileOptions, read_file

__all__ = ["ENDINGS", "FileOptions", "read_file"]
