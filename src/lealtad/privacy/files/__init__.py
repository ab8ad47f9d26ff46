"""Remove customers from the files of a run: rows, elements and archive members that name them."""

from lealtad.privacy.files.clean import Change, clean_file

__all__ = ["Change", "clean_file"]
