"""How the letters of a text file are written; all become UTF-8, and a byte that is none is named."""

from __future__ import annotations

import codecs

from lealtad.errors import SettingsError, nearest

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_USUAL = ("utf-8", "utf-16", "latin-1", "cp1252", "iso8859-15", "cp850", "mac-roman")


def refuse_unknown_encoding(place: str, encoding: str | None) -> None:
    """Refuse the name of an encoding that nobody knows, or that is none of text.

    Raises
    ------
    SettingsError
        If it is.
    """
    if encoding is None:
        return
    try:
        "".encode(encoding)
    except (LookupError, UnicodeError):
        raise SettingsError(
            place=place,
            expected="the name of a text encoding such as latin-1",
            found=f"'{encoding}'",
            mend=nearest(encoding, _USUAL),
        ) from None
