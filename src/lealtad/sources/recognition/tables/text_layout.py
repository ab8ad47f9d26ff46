"""The layout of a text file: its separator or its column widths, and the rows of its table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.files.delimited import SEPARATORS
from lealtad.sources.files.text_encoding import Utf8
from lealtad.sources.files.unpacking import open_unpacked
from lealtad.sources.recognition.tables.table_layout import Layout, detect_layout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_DIGIT = re.compile(r"\d")
_START, _END, _BYTES, _MOST = 200, 40, 1 << 20, 1 << 28
_FEWEST_LINES, _FEWEST_COLUMNS = 5, 2


def detect_text_layout(path: Path, encoding: str | None) -> Layout:
    """Detect the layout of a delimited file, or of one in columns of fixed width.

    Parameters
    ----------
    encoding
        The encoding of the file; None for UTF-8.
    """
    start, end = _read_edges(path, encoding)
    separator, usual = _detect_separator(start)
    first = next((line for line in start if line.strip()), "")
    # a decimal comma in columns of fixed width stands in no header
    is_cut = any(_count_marks(line, separator) == usual for line in start if not _DIGIT.search(line))
    if separator is None or not (is_cut or any(mark in first for mark in SEPARATORS)):
        fixed = _detect_fixed_width(start)
        if fixed or separator is None:
            return fixed or Layout()
    rows, lines = _split_cells(start, separator)
    layout = detect_layout(rows, _split_cells(end, separator)[0], lines)
    header = start[layout.header_row - 1] if layout.header_row <= len(start) else ""
    outside = "".join(header.split('"')[::2])
    most = max(outside.count(mark) for mark in SEPARATORS)
    marks = [mark for mark in SEPARATORS if outside.count(mark) == most]
    return layout if marks == [separator] else replace(layout, separator=separator)


def _read_edges(path: Path, encoding: str | None) -> tuple[list[str], list[str]]:
    """Return the first lines of a file, and the last ones; none of the last if it is very long."""
    with open_unpacked(path) as raw:
        text = io.TextIOWrapper(io.BufferedReader(Utf8(raw, encoding), _BYTES), encoding="utf-8", newline=None)
        start = [line for line, _ in zip(text, range(_START), strict=False)]
        last: list[str] = []
        size = 0
        for line in text:
            last.append(line)
            size += len(line)
            if size > _MOST:
                return start, []
            if len(last) > _START:
                del last[: _START - _END]
    return start, [*start, *last][-_END:]


def _count_marks(line: str, mark: str | None) -> int:
    """Count a mark outside quotation marks."""
    return "".join(line.split('"')[::2]).count(mark) if mark else 0


def _detect_separator(lines: Sequence[str]) -> tuple[str | None, int]:
    """Return the separator of cells, and how often a line has it.

    It is the mark that occurs equally often in most lines, and most often.
    """
    best: tuple[float, str, int] | None = None
    for mark in SEPARATORS:
        counts = Counter(count for line in lines if line.strip() and (count := _count_marks(line, mark)))
        if not counts:
            continue
        usual, times = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
        weight = times * (usual**0.5)
        if best is None or weight > best[0]:
            best = (weight, mark, usual)
    return (best[1], best[2]) if best else (None, 0)


def _split_cells(lines: Sequence[str], separator: str) -> tuple[list[list[str]], list[int]]:
    rows: list[list[str]] = []
    begins: list[int] = []
    reader = csv.reader(lines, delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            rows.append(next(reader))
        except StopIteration:
            return rows, begins
        except csv.Error:
            rows.append([])
        begins.append(line)


def _detect_fixed_width(lines: Sequence[str]) -> Layout | None:
    """Detect the widths of columns that blanks separate in every line; None if there are none."""
    whole = [line.rstrip("\r\n") for line in lines if line.strip()]
    if len(whole) < _FEWEST_LINES:
        return None
    longest = max(map(len, whole))
    blank = [all(len(line) <= place or line[place] == " " for line in whole) for place in range(longest)]
    starts = [place for place in range(longest) if not blank[place] and (place == 0 or blank[place - 1])]
    ends = [
        place for place in range(1, longest + 1) if not blank[place - 1] and (place == longest or blank[place])
    ]
    if len(starts) < _FEWEST_COLUMNS or not any(char.isdigit() for line in whole[1:] for char in line):
        return None
    begins = [0]
    for column in range(1, len(starts)):
        cells = [line[starts[column] : ends[column]] for line in whole]
        right = all(cell == cell.rstrip() and len(cell) == ends[column] - starts[column] for cell in cells)
        begins.append(
            ends[column - 1] + 1
            if right and not cells[0].startswith(cells[0].strip()[:1] or " ")
            else starts[column]
        )
    widths = [after - before for before, after in zip(begins, [*begins[1:], longest], strict=True)]
    return Layout(widths=tuple(widths))
