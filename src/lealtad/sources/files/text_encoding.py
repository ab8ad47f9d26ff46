"""Encodings of text files: all are converted to UTF-8, and an error names the first undecodable byte."""

from __future__ import annotations

import codecs
import io
from typing import IO, TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.sources.files.unpacking import open_unpacked
from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# longest first, since the mark of UTF-32 starts like that of UTF-16
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_USUAL = ("utf-8", "utf-16", "latin-1", "cp1252", "iso8859-15", "cp850", "mac-roman")
_BLOCK = 1 << 20


def refuse_unknown_encoding(place: str, encoding: str | None) -> None:
    """Refuse an unknown encoding, or a codec that is not for text.

    Raises
    ------
    SettingsError
        If it is one.
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
            fix=suggest_name(encoding, _USUAL),
        ) from None


def find_encoding(path: Path, encodings: Sequence[str]) -> str:
    """Return the first of some encodings that decodes the whole file.

    Raises
    ------
    Unreadable
        If none does; the message names the byte that the last one could not decode.
    """
    for encoding in encodings:
        try:
            with open_unpacked(path) as raw:
                text = Utf8(raw, encoding)
                while text.read(_BLOCK):
                    pass
        except Unreadable as fault:
            last = fault
        else:
            return encoding
    raise last


class Utf8(io.RawIOBase):
    """The text of a stream of bytes, as UTF-8 without a byte order mark.

    Parameters
    ----------
    encoding
        Encoding of a text without a byte order mark; None is UTF-8.

    Attributes
    ----------
    has_nul
        Whether a NUL byte was read so far.

    Raises
    ------
    Unreadable
        While reading, at the first undecodable byte; the message names the byte, its position and its line.
    """

    def __init__(self, inner: IO[bytes], encoding: str | None = None) -> None:
        self.has_nul = False
        self._inner = inner
        self._ready = memoryview(b"")
        self._waiting = inner.read(_BLOCK)
        self._place, self._line = 0, 1
        mark, self._encoding = _find_mark(self._waiting) or (b"", encoding or "utf-8")
        self._waiting, self._place = self._waiting[len(mark) :], len(mark)
        self._decoder = codecs.getincrementaldecoder(self._encoding)()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._ready:
            self._ready = memoryview(self._read_next())
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _read_next(self) -> bytes:
        text = ""
        while not text:
            block = self._waiting or self._inner.read(_BLOCK)
            self._waiting = b""
            text = self._decode(block)
            if not block:
                break
        self.has_nul |= "\0" in text
        self._line += text.count("\n")
        return text.encode()

    def _decode(self, block: bytes) -> str:
        held_back = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            place = self._place - held_back + error.start
            line = self._line + error.object[: error.start].decode(self._encoding, "ignore").count("\n")
            raise Unreadable(
                expected=f"text in {self._encoding}",
                found=f"byte 0x{error.object[error.start]:02x} at position {place:,}, in line {line:,}",
                fix='Export it as UTF-8, or state its encoding: encoding = "latin-1", "cp1252" or another.',
            ) from None
        self._place += len(block)
        return text


def _find_mark(start: bytes) -> tuple[bytes, str] | None:
    return next(((mark, encoding) for mark, encoding in _MARKS if start.startswith(mark)), None)
