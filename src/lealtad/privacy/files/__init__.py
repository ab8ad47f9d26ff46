"""Files of a run without some customers: rows, elements and members that name them are taken out."""

from lealtad.privacy.files.clean import Change, clean_file

__all__ = ["Change", "clean_file"]
