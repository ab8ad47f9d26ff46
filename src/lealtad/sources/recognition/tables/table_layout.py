"""The first and last row of a table in a sheet or text file: below a report's title, above its total."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_VALUE = re.compile(r"^[^A-Za-zÀ-ÿ]*\d[^A-Za-zÀ-ÿ]*$")
_TOTAL = re.compile(
    r"^\W*(sub|gran |grand )?(total|totales|totals|totais|suma|sum|resumen|summary|count|registros)\b", re.I
)
_NOTHING = frozenset({"", "-", "?", "n/a", "na", "null", "none", "nan", "nat"})
_MOST_ABOVE, _MOST_FURTHER, _TYPED, _FULL, _HALF = 30, 3, 0.9, 0.98, 0.5
_FEWEST = 3  # rows that say what is usual


@dataclass(frozen=True)
class Layout:
    """The layout of a file, in the settings' keys of the same names.

    Attributes
    ----------
    header_row
        The line or row of the header, from 1.
    skip_rows, skip_footer
        Rows to leave out below the header, and at the end.
    separator
        The separator of cells, if it must be declared.
    widths
        The widths of columns in characters, if they are fixed.
    """

    header_row: int = 1
    skip_rows: int = 0
    skip_footer: int = 0
    separator: str | None = None
    widths: tuple[int, ...] = ()

    def keys(self) -> dict[str, int | str | list[int]]:
        """Return the keys that the settings must declare."""
        settings: dict[str, int | str | list[int]] = {}
        if self.header_row > 1:
            settings["header_row"] = self.header_row
        if self.skip_rows:
            settings["skip_rows"] = self.skip_rows
        if self.skip_footer:
            settings["skip_footer"] = self.skip_footer
        if self.separator:
            settings["separator"] = self.separator
        return settings | ({"widths": list(self.widths)} if self.widths else {})


def detect_layout(
    start: Sequence[Sequence[str]], end: Sequence[Sequence[str]], lines: Sequence[int] = ()
) -> Layout:
    """Detect the layout of a table from its cells.

    Parameters
    ----------
    start
        The first rows of the file; blank rows are empty.
    end
        The last rows of the file; in a short file, those of `start` again.
    lines
        The line of the file where each row of `start` begins, from 1; by default its position.

    Examples
    --------
    >>> orders = [["A1", "2024-01-05", "9.5"]] * 5
    >>> rows = [["Sales"], [], ["Order", "Date", "Amount"], *orders, ["Total", "", "47.5"]]
    >>> detect_layout(rows, rows)
    Layout(header_row=3, skip_rows=0, skip_footer=1, separator=None, widths=())
    """
    width = _find_usual_width(start)
    header = next((place for place, row in enumerate(start[:_MOST_ABOVE]) if _is_header(row, width)), 0)
    body = [row for row in start[header + 1 :] if any(cell.strip() for cell in row)]
    third = len(body) // 3
    usual = body[min(_MOST_FURTHER, third) : max(2 * third, third + _FEWEST)]
    typed, full = _find_typed_columns(usual, width)
    further = 0
    while further < min(_MOST_FURTHER, len(body)) and _is_header_part(body[further], typed, full):
        if _is_written_alike(body[further], usual, full - typed):
            break
        further += 1
    begins = lines[header] if lines else header + 1
    return Layout(begins, further, _count_footer_rows(end, typed, full, width))


def _find_usual_width(rows: Iterable[Sequence[str]]) -> int:
    """Return the most frequent number of cells, among rows with several."""
    counts = Counter(len(row) for row in rows if len(row) > 1)
    return max(counts, key=lambda width: (counts[width] * width, width), default=1)


def _is_header(row: Sequence[str], width: int) -> bool:
    cells = [cell for cell in row if cell.strip()]
    values = sum(bool(_VALUE.match(cell.strip())) for cell in cells)
    return len(row) == width and (width == 1 or len(cells) > _HALF * width) and values <= _HALF * len(cells)


def _find_typed_columns(rows: Sequence[Sequence[str]], width: int) -> tuple[set[int], set[int]]:
    """Return the columns of numbers or dates, and those that are never empty."""
    whole = [row for row in rows if len(row) == width]
    if len(whole) < _FEWEST:
        return set(), set()
    typed, full = set(), set()
    for place in range(width):
        cells = [row[place].strip() for row in whole if row[place].strip().lower() not in _NOTHING]
        if cells and sum(bool(_VALUE.match(cell)) for cell in cells) >= _TYPED * len(cells):
            typed.add(place)
        if len(cells) >= _FULL * len(whole):
            full.add(place)
    return typed, full


def _is_header_part(row: Sequence[str], typed: set[int], full: set[int]) -> bool:
    """Whether a row below the header is part of it: no cell fits its column, or all that data have are empty.

    Such rows are units, or the kinds of answers below some questions alone.
    """
    needed, filled = typed & full, sum(bool(cell.strip()) for cell in row)
    if len(needed) > 1 and not any(row[place].strip() for place in needed if place < len(row)):
        return 0 < filled <= _HALF * len(row)
    cells = [
        row[place].strip() for place in typed if place < len(row) and row[place].strip().lower() not in _NOTHING
    ]
    return bool(cells) and not any(_VALUE.match(cell) for cell in cells)


def _is_written_alike(row: Sequence[str], usual: Sequence[Sequence[str]], places: set[int]) -> bool:
    """Whether a cell is written like those of its column: the row has an id, such as P001, if nothing else."""
    able = [place for place in places if place < len(row) and any(map(str.isdigit, row[place]))]
    return any(
        _simplify(row[place]) in {_simplify(other[place]) for other in usual if place < len(other)}
        for place in able
    )


def _simplify(cell: str) -> str:
    """Return a cell with one digit for each number, and one letter for each word."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell.strip()))


def _count_footer_rows(rows: Sequence[Sequence[str]], typed: set[int], full: set[int], width: int) -> int:
    count = 0
    for row in reversed(rows):
        if any(cell.strip() for cell in row) and not _is_footer(row, typed, full, width):
            break
        count += len(row) > 1 or any(cell.strip() for cell in row)  # a blank line is no row to its reader
    return count


def _is_footer(row: Sequence[str], typed: set[int], full: set[int], width: int) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    if width > 1 and len(row) != width and len(cells) <= max(1, _HALF * width):
        return True
    lacks = [place for place in full if place >= len(row) or not row[place].strip()]
    misfits = [
        place
        for place in typed & full
        if place < len(row) and row[place].strip() and not _VALUE.match(row[place].strip())
    ]
    total = bool(cells) and any(_TOTAL.match(cell) for cell in cells[:2])
    return (total and bool(lacks or misfits)) or (
        len(lacks) >= max(1, _HALF * len(full)) and len(cells) <= _HALF * width
    )
