"""The kind of a file by its first bytes, if its name is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.files.kinds import find_kind
from lealtad.sources.files.unpacking import find_inner_name, open_unpacked

if TYPE_CHECKING:
    from pathlib import Path

_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0", b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_START = 4_096
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}


def find_file_kind(path: Path) -> str:
    """Return the kind of a file; one named like a workbook may be a web page or delimited text.

    Raises
    ------
    Unreadable
        If no kind has its extension, or a zip contains no file or several.
    """
    kind = find_kind(find_inner_name(path))
    if kind != "excel":
        return kind
    with open_unpacked(path) as raw:
        start = raw.read(_START)
    return _read_signature(start) or kind


def _read_signature(start: bytes) -> str | None:
    r"""Return the kind that the first bytes of a file indicate, if they are text.

    Examples
    --------
    >>> _read_signature(b"\r\n<html><table>"), _read_signature(b"Pedido\\tFecha\n"), _read_signature(b"PK")
    ('web page', 'delimited', None)
    """
    if start.startswith(_WORKBOOKS) or not start.strip():
        return None
    letters = start.replace(b"\0", b"") if start.startswith(_MARKS[1:]) else start
    if _CONTROLS & set(letters):
        return None
    for mark in _MARKS:
        letters = letters.removeprefix(mark)
    page = letters.lstrip().lower()
    if page.startswith(b"<"):
        return "web page"
    return "delimited" if b"\n" in letters or b"\r" in letters else None
