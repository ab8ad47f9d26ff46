"""Tables of a web page or of XML, which many programs write into files that end in .xls."""

from __future__ import annotations

import codecs
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from lealtad.sources.files.json_rows import frame_rows
from lealtad.sources.files.text_encoding import Utf8, find_encoding
from lealtad.sources.files.unpacking import open_unpacked
from lealtad.sources.files.unreadable import Unreadable, check_names
from lealtad.sources.limits import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from lealtad.sources.limits import Limits

    Rows = list[list[str]]

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.I)
_START, _BLOCK = 4_096, 1 << 20
_TABLE, _ROWS, _CELLS = "table", frozenset({"tr", "row"}), frozenset({"td", "th", "cell"})
_UNSEEN = frozenset({"style", "script", "title"})
_MOST_SPANNED = 5_000
_FEW = 5  # most rows of a title or legend next to the table
_USUAL = ("utf-8", "cp1252")


class _Page(HTMLParser):
    """The rows of each table of a page; a nested table is separate."""

    def __init__(self, most: int) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Rows] = []
        self._most, self._cells, self._span, self._unseen = most, 0, 1, 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == _TABLE:
            self._end_row()
            self.tables.append([])
        elif tag in _ROWS:
            self._end_row()
            self._row = []
        elif tag in _CELLS:
            self._start_cell(dict(attrs))
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in _CELLS:
            self._end_cell()
        elif tag in _ROWS or tag == _TABLE:
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._unseen:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_row()

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        self._end_cell()
        self._row = [] if self._row is None else self._row
        place = _read_count(attributes.get("ss:index"), len(self._row) + 1)  # XML leaves out empty cells
        self._row += [""] * (place - 1 - len(self._row))
        merged = _read_count(attributes.get("ss:mergeacross"), 0)
        self._cell, self._span = [], max(_read_count(attributes.get("colspan"), 1), merged + 1)

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        self._row += [" ".join("".join(self._cell).split()), *[""] * (self._span - 1)]
        self._cells += self._span
        self._cell, self._span = None, 1
        if self._cells > self._most:
            raise Unreadable(
                expected=f"a table of at most {self._most:,} cells (limits.sheet_cells)",
                found="more",
                fix="Export it as CSV, or raise the limit in lealtad.toml.",
            )

    def _end_row(self) -> None:
        self._end_cell()
        if self._row:
            self.tables = self.tables or [[]]
            self.tables[-1].append(self._row)
        self._row = None


def _read_count(text: str | None, usual: int) -> int:
    return min(int(text), _MOST_SPANNED) if text and text.isdecimal() else usual


def read_html_rows(path: Path, encoding: str | None = None, limits: Limits = USUAL) -> Rows:
    """Return the rows of the largest table of a page as text; other tables of the same width are appended.

    Parameters
    ----------
    encoding
        The encoding; None uses the one that the page states, else UTF-8 or cp1252.

    Raises
    ------
    Unreadable
        If its encoding cannot be read, or it has no table, several different ones, or more cells than the limit.
    """
    page = _Page(limits.sheet_cells)
    encoding = encoding or _find_stated_encoding(path) or find_encoding(path, _USUAL)
    with open_unpacked(path) as raw:
        text = io.TextIOWrapper(io.BufferedReader(Utf8(raw, encoding), _BLOCK), encoding="utf-8")
        while block := text.read(_BLOCK):
            page.feed(block)
    page.close()
    return _join_tables([table for table in page.tables if table])


def _find_stated_encoding(path: Path) -> str | None:
    with open_unpacked(path) as raw:
        stated = _CHARSET.search(raw.read(_START))
    if stated is None:
        return None
    try:
        name = codecs.lookup(stated.group(1).decode()).name
    except LookupError:
        return None
    return "cp1252" if name == "iso8859-1" else name  # like browsers


def _join_tables(tables: list[Rows]) -> Rows:
    if not tables:
        raise Unreadable(expected="a table", found="a page without one", fix="Export it as CSV.")
    largest = max(tables, key=len)
    header, width = largest[0], max(map(len, largest))
    others = [table for table in tables if max(map(len, table)) != width]
    if any(len(table) > _FEW for table in others):
        raise Unreadable(expected="one table", found="several that differ", fix="Export each of them as CSV.")
    rows: Rows = []
    for table in tables:
        if max(map(len, table)) == width:
            rows += table[1:] if table[0] == header and header in rows else table
    return rows


def read_html(
    path: Path, encoding: str | None = None, header_row: int = 1, limits: Limits = USUAL
) -> Iterator[pl.DataFrame]:
    r"""Read the table of a page in batches, in order; every cell is text.

    Parameters
    ----------
    encoding
        The encoding; None uses the one that the page states, else UTF-8 or cp1252.
    header_row
        The row of the header, counted from 1; rows above it are not read.
    limits
        The maximum number of cells.

    Raises
    ------
    Unreadable
        If it cannot be read, or has fewer rows.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "ventas.xls"
    ...     _ = path.write_text("<table><tr><th>Pedido<th>Importe<tr><td>7<td>12,50</table>")
    ...     [frame.rows() for frame in read_html(path)]
    [[('7', '12,50')]]
    """
    rows = read_html_rows(path, encoding, limits)[header_row - 1 :]
    if len(rows) <= 1:
        raise Unreadable(
            expected=f"a header in row {header_row}, and rows below it",
            found="nothing there",
            fix="Correct header_row in lealtad.toml.",
        )
    names = check_names(rows[0])
    width = len(names)
    cells = ([*row[:width], *[""] * (width - len(row))] for row in rows[1:])
    yield from frame_rows({name: cell or None for name, cell in zip(names, row, strict=True)} for row in cells)
