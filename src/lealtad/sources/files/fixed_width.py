"""Text in columns of fixed width: each line is cut at the same positions."""

from __future__ import annotations

import io
from itertools import islice
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.files.text_encoding import Utf8
from lealtad.sources.files.unpacking import open_unpacked
from lealtad.sources.files.unreadable import Unreadable, check_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_ROWS = 200_000
_BUFFER = 1 << 20


def read_fixed_width(
    path: Path, encoding: str | None, widths: Sequence[int], header_row: int = 1
) -> Iterator[pl.DataFrame]:
    """Read a file of fixed widths in batches, in order; cells are stripped of blanks.

    A short line has empty cells at its end; text after the last column belongs to it.

    Parameters
    ----------
    widths
        Characters per column, in order; the header is cut like the rows.

    Raises
    ------
    Unreadable
        If it is empty, or its encoding cannot be read.
    """
    with open_unpacked(path) as raw:
        text = io.TextIOWrapper(io.BufferedReader(Utf8(raw, encoding), _BUFFER), encoding="utf-8")
        lines = (line.rstrip("\r\n") for line in islice(text, header_row - 1, None) if line.strip())
        header = list(islice(lines, 1))
        if not header:
            raise Unreadable(expected="a header line and rows", found="an empty file", fix="Export it again.")
        names = check_names(_cut(pl.Series(header), widths).row(0))  # type: ignore[arg-type]
        yield pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        while block := list(islice(lines, _ROWS)):
            cut = _cut(pl.Series(block), widths)
            yield cut.rename(dict(zip(cut.columns, names, strict=True)))


def _cut(lines: pl.Series, widths: Sequence[int]) -> pl.DataFrame:
    starts = [sum(widths[:position]) for position in range(len(widths))]
    lengths = [*widths[:-1], None]
    line = pl.col("line")
    cells = [
        line.str.slice(start, length).str.strip_chars().alias(str(position))
        for position, (start, length) in enumerate(zip(starts, lengths, strict=True))
    ]
    return lines.to_frame("line").select(cells)
