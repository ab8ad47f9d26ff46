"""The cells of a sheet in an Excel workbook: which of them hold anything, read from its XML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, Any
from xml.parsers import expat

from lealtad.sources.files.unreadable import Unreadable

_BLOCK = 1 << 20
_LONGEST_TAG = 1 << 24
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"0123456789"
_VALUE = rb"""\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')"""
_OTHER = rb"(?:\s++(?!r\s*+=)[\w:.-]++" + _VALUE + rb")*+"
# a cell with its place that holds something: neither closed at once nor followed by its own end
_CELL = re.compile(
    rb"<(?:\w++:)?c" + _OTHER + rb"""\s++r\s*+=\s*+["']([A-Za-z]{1,3}[0-9]{1,7})["']""" + _OTHER + rb"\s*+>(?!</)"
)
_CELL_WITHOUT_PLACE = re.compile(rb"<(?:\w++:)?c" + _OTHER + rb"\s*+/?>")


@dataclass
class Extent:
    """The first and last row and column that hold anything, counted from 0."""

    top: int = 1 << 40
    bottom: int = -1
    left: int = 1 << 40
    right: int = -1

    @property
    def cells(self) -> int:
        """How many cells there are from the first to the last."""
        return 0 if self.bottom < 0 else (self.bottom - self.top + 1) * (self.right - self.left + 1)

    @property
    def corner(self) -> str:
        """The last cell as a spreadsheet names it.

        Examples
        --------
        >>> Extent(0, 1048575, 0, 16383).corner
        'XFD1048576'
        """
        name, column = "", self.right + 1
        while column > 0:
            column, letter = divmod(column - 1, 26)
            name = chr(ord("A") + letter) + name
        return f"{name}{self.bottom + 1}"

    def include(self, top: int, bottom: int, left: int, right: int) -> None:
        """Grow to hold an area."""
        self.top, self.bottom = min(self.top, top), max(self.bottom, bottom)
        self.left, self.right = min(self.left, left), max(self.right, right)


def read_xml_cells(stream: IO[bytes], extent: Extent) -> None:
    """Grow an extent to hold the cells of a sheet.

    Raises
    ------
    Unreadable
        If a tag has no end.
    expat.ExpatError
        If it is no XML.
    """
    sheet = stream.tell() if stream.seekable() else 0
    rest = b""
    while True:
        block = stream.read(_BLOCK)
        text = rest + block
        # the start of the last tag is seen twice: it tells whether the cell before it is empty
        cut = text.rfind(b"<", 0, len(text) - 1) if block else len(text)
        if cut > 0:
            if _CELL_WITHOUT_PLACE.search(text, 0, cut + 2):
                stream.seek(sheet)
                _count_places(stream, extent)
                return
            _include_references(_CELL.findall(text, 0, cut + 2), extent)
        rest = text[max(cut, 0) :]
        if len(rest) > _LONGEST_TAG:
            raise Unreadable(expected="a workbook", found="a tag without an end", fix="Save it again in Excel.")
        if not block:
            return


def _include_references(references: list[bytes], extent: Extent) -> None:
    if not references:
        return
    rows = [int(reference.lstrip(_LETTERS)) - 1 for reference in references]
    columns = [_read_column(letters) for letters in {reference.rstrip(_DIGITS) for reference in references}]
    extent.include(min(rows), max(rows), min(columns), max(columns))


def _read_column(letters: bytes) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - ord("A") + 1
    return column - 1


def _count_places(stream: IO[bytes], extent: Extent) -> None:
    """Read a sheet whose cells do not say where they stand: each stands after the one before it."""
    reader = _PlaceCounter(extent)
    while block := stream.read(_BLOCK):
        reader.parser.Parse(block, False)
    reader.parser.Parse(b"", True)


class _PlaceCounter:
    def __init__(self, extent: Extent) -> None:
        self._extent, self._row, self._column, self._is_cell = extent, -1, -1, False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, values: dict[str, Any]) -> None:
        tag, place = name.rpartition(":")[2], str(values.get("r", "")).encode()
        if tag == "row":
            self._row, self._column = int(place) - 1 if place else self._row + 1, -1
        elif tag == "c":
            self._is_cell = True
            self._column += 1
            if place:
                self._row = int(place.lstrip(_LETTERS)) - 1
                self._column = _read_column(place.rstrip(_DIGITS))
        elif self._is_cell:
            self._extent.include(self._row, self._row, self._column, self._column)

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c":
            self._is_cell = False
