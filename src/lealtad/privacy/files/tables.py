"""Removing the rows that name a customer from tables in files: Parquet, Arrow and CSV."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import polars as pl

from lealtad.privacy.search.frames import take_apart

if TYPE_CHECKING:
    from lealtad.privacy.search.needles import Needles


def clean_frame(data: bytes, needles: Needles) -> tuple[bytes, int]:
    """Return a Parquet or Arrow file without the rows that name a customer, and the number of these rows."""
    is_arrow = data.startswith(b"ARROW1")
    file = io.BytesIO(data)
    frame = pl.read_ipc(file) if is_arrow else pl.read_parquet(file)
    others = frame.filter(~match_rows(frame, needles))
    written = io.BytesIO()
    if is_arrow:
        others.write_ipc(written)
    else:
        others.write_parquet(written, compression="zstd")
    return written.getvalue(), frame.height - others.height


def match_rows(frame: pl.DataFrame, needles: Needles) -> pl.Series:
    """Return a mask of the rows that name a customer in any of their texts, including nested ones."""
    named = pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True)
    rows = pl.Series("row", range(frame.height), dtype=pl.UInt32)
    for column in frame.get_columns():
        if column.dtype == pl.String:
            named |= needles.match(column, column.name)
        elif column.dtype.is_nested():
            hits = [row for row in rows if _holds(column.slice(row, 1), needles)]
            named = named.scatter(hits, values=True) if hits else named
    return named


def _holds(value: pl.Series, needles: Needles) -> bool:
    return any(needles.match(texts, name).any() for name, texts in take_apart(value.name, value))


def clean_csv(data: bytes, needles: Needles) -> tuple[bytes, int]:
    r"""Return a CSV without the rows that name a customer, and the number of these rows; other rows are unchanged.

    Examples
    --------
    >>> from lealtad.privacy.search import Needles
    >>> clean_csv(b'customer_id,note\nC0000491,"a\nb"\nC0000537,c\n', Needles.from_ids(["C0000491"]))
    (b'customer_id,note\nC0000537,c\n', 1)
    """
    text = data.decode(errors="surrogateescape")
    records = split_records(text)
    if not records:
        return data, 0
    header, *rows = records
    names = next(csv.reader(io.StringIO(header.removeprefix("\ufeff"))), [])
    parsed = list(csv.reader(io.StringIO("".join(rows), newline="")))
    if len(parsed) != len(rows):  # not a regular table: remove whole lines
        parsed = [[row] for row in rows]
    named = pl.repeat(value=False, n=len(rows), dtype=pl.Boolean, eager=True)
    for position in range(max(map(len, parsed), default=0)):
        values = [row[position] if len(row) > position else None for row in parsed]
        named |= needles.match(
            pl.Series(values, dtype=pl.String), names[position] if position < len(names) else ""
        )
    others = [row for row, is_named in zip(rows, named, strict=True) if not is_named]
    return "".join([header, *others]).encode(errors="surrogateescape"), int(named.sum())


def split_records(text: str) -> list[str]:
    r"""Return the raw records of a CSV, including line breaks within quotes and at the end.

    Examples
    --------
    >>> split_records('a,b\n"1\n2",3\n')
    ['a,b\n', '"1\n2",3\n']
    """
    records, waiting = [], ""
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        waiting += line
        if waiting.count('"') % 2 == 0:
            records.append(waiting)
            waiting = ""
    return [*records, waiting] if waiting else records
