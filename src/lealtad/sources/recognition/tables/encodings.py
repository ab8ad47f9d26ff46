"""The encoding of a text file."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from lealtad.sources.files.unpacking import open_unpacked

if TYPE_CHECKING:
    from pathlib import Path

_BYTES, _MOST = 1 << 20, 1 << 28
_LETTERS = frozenset("áéíóúüñçàèòïãõâêôëöäßÁÉÍÓÚÜÑÇÀÈÒÏÃÕÂÊÔËÖÄºª€")
_NEITHER = frozenset("’“”–—¿¡«»·©®\u00a0")
_ENCODINGS = ("cp1252", "cp850", "mac_roman")


def detect_encoding(path: Path) -> str | None:
    """Return the encoding that the settings must declare for a text file; None for UTF-8, or if a mark states it.

    Among the western European encodings, it is the one that turns most characters beyond ASCII into letters.
    """
    with open_unpacked(path) as raw:
        start = raw.read(_BYTES)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    pairs = max(len(start) // 2, 1)
    if start[1::2].count(0) > pairs / 3:
        return "utf-16-le"
    if start[::2].count(0) > pairs / 3:
        return "utf-16-be"
    other = _read_non_utf8(path)
    return max(_ENCODINGS, key=lambda encoding: _count_letters(other, encoding)) if other else None


def _read_non_utf8(path: Path) -> bytes:
    """Return the first block of a file that is not UTF-8; empty if the first part of the file is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_unpacked(path) as raw:
        for _ in range(_MOST // _BYTES):
            block = raw.read(_BYTES)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError:
                return block
            if not block:
                break
    return b""


def _count_letters(start: bytes, encoding: str) -> int:
    text = start.decode(encoding, errors="replace")
    beyond = [char for char in text if ord(char) > 127 and char not in _NEITHER]  # noqa: PLR2004 - ASCII ends there
    return sum(1 if char in _LETTERS else -1 for char in beyond)
