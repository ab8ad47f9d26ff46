"""The non-empty cells of a sheet in an Excel workbook, read from its XML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from xml.parsers import expat

from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1 << 20
_LONGEST_TAG = 1 << 24
_LETTERS, _DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", b"0123456789"
_VALUE = rb"""\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')"""
_OTHER = rb"(?:\s++(?!r\s*+=)[\w:.-]++" + _VALUE + rb")*+"
# a non-empty cell with a reference: neither self-closing nor directly followed by its end tag
_PLACE = rb"""\s++r\s*+=\s*+["']([A-Za-z]{1,9}[0-9]{1,20})["']"""
_CELL = re.compile(rb"<(?:\w++:)?c" + _OTHER + _PLACE + _OTHER + rb"\s*+>(?!</)")
_EMPTY_CELL = re.compile(rb"<(?:\w++:)?c" + _OTHER + _PLACE + _OTHER + rb"\s*+(?:/>|></)")
_CELL_WITHOUT_PLACE = re.compile(rb"<(?:\w++:)?c" + _OTHER + rb"\s*+/?>")
_START = re.compile(rb"<(?:\w++:)?c[\s/>]")
_USUAL_COLUMN, _USUAL_ROW = re.compile(rb'<c r="([A-Z]{1,3})[0-9]'), re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"')
_NO_CELLS = (b"<co", b"<cf", b"<cu", b"<ce")  # columns, colours, conditions, views


@dataclass
class Extent:
    """The first and last non-empty row and column, counted from 0."""

    first_row: int = 1 << 40
    last_row: int = -1
    first_column: int = 1 << 40
    last_column: int = -1

    @property
    def cells(self) -> int:
        """The number of cells from the first to the last."""
        return (
            0
            if self.last_row < 0
            else (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)
        )

    @property
    def corner(self) -> str:
        """The last cell in spreadsheet notation.

        Examples
        --------
        >>> Extent(0, 1048575, 0, 16383).corner
        'XFD1048576'
        """
        name, column = "", self.last_column + 1
        while column > 0:
            column, letter = divmod(column - 1, 26)
            name = chr(ord("A") + letter) + name
        return f"{name}{self.last_row + 1}"

    def include(self, first_row: int, last_row: int, first_column: int, last_column: int) -> None:
        """Extend to include an area."""
        self.first_row, self.last_row = min(self.first_row, first_row), max(self.last_row, last_row)
        self.first_column, self.last_column = (
            min(self.first_column, first_column),
            max(self.last_column, last_column),
        )


def read_xml_cells(stream: IO[bytes], extent: Extent, most: int) -> None:
    """Extend an extent to include the cells of a sheet.

    Empty formatted cells are included while there are at most `most`, which takes a tenth of the time.

    Raises
    ------
    Unreadable
        If a tag is not closed.
    expat.ExpatError
        If it is not XML.
    """
    bound = _bound_cells(stream)
    if bound is not None and bound.cells <= most:
        if bound.cells:
            extent.include(bound.first_row, bound.last_row, bound.first_column, bound.last_column)
        return
    stream.seek(0)
    for part in _cut_parts(stream):
        if _CELL_WITHOUT_PLACE.search(part):
            stream.seek(0)
            _count_places(stream, extent)
            return
        references = _CELL.findall(part)
        if len(references) + len(_EMPTY_CELL.findall(part)) != len(_START.findall(part)):
            raise Unreadable(
                expected="cells with a reference such as B7",
                found="a cell without one",
                fix="Save it again in Excel.",
            )
        _include_references(references, extent)


def _cut_parts(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the text in parts that split no tag; each ends with the first two characters of the next part.

    They show whether the cell before them is empty.
    """
    rest = b""
    while block := stream.read(_BLOCK):
        text = rest + block
        cut = text.rfind(b"<", 0, len(text) - 1)
        if cut > 0:
            yield text[: cut + 2]
        rest = text[max(cut, 0) :]
        if len(rest) > _LONGEST_TAG:
            raise Unreadable(expected="a workbook", found="a tag without an end", fix="Save it again in Excel.")
    yield rest


def _bound_cells(stream: IO[bytes]) -> Extent | None:
    """Return the extent of all cells, including empty ones; None if a cell is written in an unusual way."""
    extent, rest = Extent(), b""
    while True:
        block = stream.read(_BLOCK)
        text = rest + block
        cut = text.rfind(b"<") if block else len(text)
        part, rest = text[: max(cut, 0)], text[max(cut, 0) :]
        columns, rows = _USUAL_COLUMN.findall(part), _USUAL_ROW.findall(part)
        cells = part.count(b"<c") - sum(part.count(start) for start in _NO_CELLS)
        if not len(columns) == len(rows) == cells or b":c" in part or len(rest) > _LONGEST_TAG:
            return None
        if cells:
            places, numbers = [_read_column(name) for name in set(columns)], [int(row) - 1 for row in set(rows)]
            extent.include(min(numbers), max(numbers), min(places), max(places))
        if not block:
            return extent


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
    """Read a sheet whose cells have no references: each follows the one before."""
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
