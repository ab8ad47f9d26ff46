"""The extent of a sheet's cells, measured before a reader allocates memory for all of them."""

from __future__ import annotations

import struct
import zipfile
from functools import partial
from typing import IO, TYPE_CHECKING, Any
from xml.etree.ElementTree import fromstring
from xml.parsers import expat

from lealtad.sources.files.sheet_cells import Extent, read_xml_cells
from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_BLOCK = 1 << 20
_DOCUMENT = "content.xml"
_WORKBOOK = 1 << 24  # bytes of the list of sheets
_ROW, _BLANK, _LAST_CELL, _SHEET = 0, 1, 11, 156  # kinds of records of a binary workbook


def refuse_wide_document(file: Path, most: int) -> None:
    """Refuse an OpenDocument with a sheet that is too large, since its reader loads all sheets into memory.

    Raises
    ------
    Unreadable
        If it has such a sheet.
    """
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            if _DOCUMENT in archive.namelist():
                for sheet, extent in _measure_document(archive).items():
                    _refuse_wide(sheet, extent, most)


def refuse_wide_sheet(file: Path, sheet: str, most: int) -> None:
    """Refuse an Excel sheet with more cells than a limit; formats before 2007 cannot have so many.

    Raises
    ------
    Unreadable
        If it has more; the message names the last cell.
    """
    _refuse_wide(sheet, _measure(file, sheet, most), most)


def _refuse_wide(sheet: str, extent: Extent, most: int) -> None:
    if extent.cells > most:
        raise Unreadable(
            expected=f"a sheet of at most {most:,} cells (limits.sheet_cells)",
            found=f"{extent.cells:,} up to {extent.corner} in sheet '{sheet}'",
            fix="Delete the stray cells in Excel and save it again, export it as CSV, or raise the limit in "
            "lealtad.toml.",
        )


def _measure(file: Path, sheet: str, most: int) -> Extent:
    if not zipfile.is_zipfile(file):
        return Extent()
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        for workbook, measure in _KINDS.items():
            if workbook in names:
                return measure(archive, sheet, most)
    return Extent()


def _measure_xlsx(archive: zipfile.ZipFile, sheet: str, most: int) -> Extent:
    listed = fromstring(_read_small(archive, "xl/workbook.xml"))  # noqa: S314 - expat refuses what grows beyond reason
    ids = [
        value
        for element in listed.iter()
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet
        for key, value in element.attrib.items()
        if key.rpartition("}")[2] == "id"
    ]
    return _measure_part(archive, ids, partial(read_xml_cells, most=most))


def _measure_xlsb(archive: zipfile.ZipFile, sheet: str, _most: int) -> Extent:
    with archive.open("xl/workbook.bin") as stream:
        sheets = [_parse_sheet(data) for kind, data in _read_records(stream) if kind == _SHEET]
    return _measure_part(archive, [number for number, name in sheets if name == sheet], _read_xlsb_cells)


def _measure_part(archive: zipfile.ZipFile, ids: list[str], read: Callable[[IO[bytes], Extent], None]) -> Extent:
    extent, names = Extent(), set(archive.namelist())
    kind = "bin" if "xl/workbook.bin" in names else "xml"
    relations = fromstring(_read_small(archive, f"xl/_rels/workbook.{kind}.rels"))  # noqa: S314 - as above
    for relation in relations:
        target = str(relation.get("Target")).lstrip("/")
        part = target if target in names else f"xl/{target}"
        if relation.get("Id") in ids and part in names:
            with archive.open(part) as stream:
                read(stream, extent)
    return extent


def _read_small(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(_WORKBOOK)


def _read_xlsb_cells(stream: IO[bytes], extent: Extent) -> None:
    row = 0
    for kind, data in _read_records(stream):
        if kind == _ROW and len(data) >= 4:  # noqa: PLR2004 - a number of four bytes
            row = struct.unpack_from("<I", data)[0]
        elif _BLANK < kind <= _LAST_CELL and len(data) >= 4:  # noqa: PLR2004 - as above
            column = struct.unpack_from("<I", data)[0]
            extent.include(row, row, column, column)


def _read_records(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a binary workbook: kind and bytes."""
    while first := stream.read(1):
        kind = first[0]
        if kind & 0x80:
            kind = (kind & 0x7F) | (stream.read(1) or b"\0")[0] << 7
        length = 0
        for shift in range(0, 28, 7):
            byte = (stream.read(1) or b"\0")[0]
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, stream.read(length)


def _parse_sheet(data: bytes) -> tuple[str, str]:
    """Return the relation and the name of a sheet."""
    texts, place = [], 8
    for _ in range(2):
        letters = struct.unpack_from("<I", data, place)[0]
        texts.append(data[place + 4 : place + 4 + 2 * letters].decode("utf-16-le", errors="replace"))
        place += 4 + 2 * letters
    return texts[0], texts[1]


def _measure_document(archive: zipfile.ZipFile) -> dict[str, Extent]:
    reader = _DocumentReader()
    with archive.open(_DOCUMENT) as stream:
        while block := stream.read(_BLOCK):
            reader.parser.Parse(block, False)
    reader.parser.Parse(b"", True)
    return reader.extents


class _DocumentReader:
    """Follows the rows and cells of its sheets, both of which may have repeat counts."""

    def __init__(self) -> None:
        self.extents: dict[str, Extent] = {}
        self._extent = Extent()
        self._row = self._rows = self._column = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, tag: str, values: dict[str, Any]) -> None:
        if tag == "table:table":
            self._extent, self._row = Extent(), 0
            self.extents[str(values.get("table:name"))] = self._extent
        elif tag == "table:table-row":
            self._rows, self._column = int(values.get("table:number-rows-repeated", 1)), 0
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            times = int(values.get("table:number-columns-repeated", 1))
            if "office:value-type" in values:
                right = self._column + times - 1
                self._extent.include(self._row, self._row + self._rows - 1, self._column, right)
            self._column += times

    def _end(self, tag: str) -> None:
        if tag == "table:table-row":
            self._row += self._rows


_KINDS: dict[str, Callable[[zipfile.ZipFile, str, int], Extent]] = {
    "xl/workbook.xml": _measure_xlsx,
    "xl/workbook.bin": _measure_xlsb,
}
