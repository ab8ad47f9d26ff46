"""CSV, TSV and similar: every cell as text, every row in its place, including rows that do not fit the header."""

from __future__ import annotations

import csv
import io
from collections import deque
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv

from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.files.text_encoding import Utf8
from lealtad.sources.files.unpacking import open_unpacked
from lealtad.sources.files.unreadable import Unreadable, check_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEPARATORS = (",", ";", "\t", "|")
_BLOCK = 1 << 25
_HEADER = 1 << 20
_MOST_UNFIT = 100_000  # consecutive rows; more mean that the separator is probably wrong
_AT = "_at"


def read_delimited(
    path: Path, encoding: str | None, separator: str | None, header_row: int = 1
) -> Iterator[pl.DataFrame]:
    """Read a delimited file in batches, in order.

    A row with more or fewer cells than the header, or with a NUL byte, becomes nulls; its text is in
    `source_text`.

    Parameters
    ----------
    header_row
        The line of the header, counted from 1; lines above it are not read.

    Raises
    ------
    Unreadable
        If it is empty, its separator or encoding cannot be determined, a quote stays open, or hardly any row fits
        the header.
    """
    with open_unpacked(path) as raw:
        text = Utf8(raw, encoding)
        stream = io.BufferedReader(text, _HEADER)
        _skip_lines(stream, header_row - 1)
        names, separator = _read_header(stream.peek(_HEADER), separator)
        rows = _Rows(names, separator)
        yield pl.DataFrame(schema=dict.fromkeys(names, pl.String))
        for batch in rows.read(stream):
            if _has_line_breaks(batch):
                _check_quotes(path, encoding, separator, header_row)
            yield _mark_nul_rows(batch, names, separator) if text.has_nul else batch


def _skip_lines(stream: io.BufferedReader[Utf8], lines: int) -> None:
    for _ in range(lines):
        if not stream.readline(_HEADER):
            break


def _read_header(start: bytes, separator: str | None) -> tuple[list[str], str]:
    """Return the names of the columns and their separator."""
    text = start.decode(errors="ignore")
    line = next((line for line in text.splitlines() if line.strip()), None)
    if line is None:
        raise Unreadable(expected="a header line and rows", found="an empty file", fix="Export it again.")
    separator = separator or _sniff_separator(line)
    # use the row reader's end of the header line: a line break within quotes does not end it
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return check_names(next(row for row in rows if row)), separator


def _sniff_separator(line: str) -> str:
    outside = "".join(line.split('"')[::2])
    counts = sorted(((outside.count(mark), mark) for mark in SEPARATORS), reverse=True)
    if counts[0][0] and counts[0][0] == counts[1][0]:
        raise Unreadable(
            expected="one separator in the header",
            found=f"as many {counts[0][1]!r} as {counts[1][1]!r}",
            fix='State which one it is: separator = ";".',
        )
    return counts[0][1] if counts[0][0] else SEPARATORS[0]


class _Rows:
    """The rows of one file; rows that do not fit the header are read separately, and put back in place."""

    def __init__(self, names: list[str], separator: str) -> None:
        self._names, self._separator = names, separator
        self._unfit: deque[tuple[int, str]] = deque()

    def read(self, stream: io.BufferedReader[Utf8]) -> Iterator[pl.DataFrame]:
        position = -1  # the header is read like a row
        try:
            for batch in self._batches(stream):
                together = self._restore_order(pl.DataFrame(pl.from_arrow(batch), schema=self._names), position)
                yield together[1:] if position < 0 else together
                position += together.height
        except pa.ArrowInvalid as error:
            raise self._explain(error) from None
        if self._unfit:
            yield self._restore_order(pl.DataFrame(schema=dict.fromkeys(self._names, pl.String)), position)

    def _batches(self, stream: io.BufferedReader[Utf8]) -> pa_csv.CSVStreamingReader:
        columns = [str(position) for position in range(len(self._names))]
        return pa_csv.open_csv(
            stream,
            read_options=pa_csv.ReadOptions(block_size=_BLOCK, use_threads=False, column_names=columns),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._separator, newlines_in_values=True, invalid_row_handler=self._set_aside
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
            ),
        )

    def _explain(self, error: ValueError) -> ValueError | Unreadable:
        if len(self._unfit) >= _MOST_UNFIT:
            return Unreadable(
                expected=f"rows of {len(self._names)} cells, as the header has",
                found=f"more than {_MOST_UNFIT:,} that have others",
                fix=f'If {self._separator!r} does not separate the cells, state what does: separator = ";".',
            )
        if "straddling" in str(error):
            return Unreadable(
                expected=f"cells of less than {_BLOCK:,} bytes",
                found="a longer one",
                fix="Close the quote that stays open, or export the file again.",
            )
        return error

    def _set_aside(self, row: pa_csv.InvalidRow) -> str:
        if len(self._unfit) >= _MOST_UNFIT:
            return "error"
        self._unfit.append((row.number - 2, row.text))  # row numbers count from 1, with the header
        return "skip"

    def _restore_order(self, frame: pl.DataFrame, position: int) -> pl.DataFrame:
        due: list[tuple[int, str]] = []
        while self._unfit and self._unfit[0][0] <= position + frame.height + len(due):
            due.append(self._unfit.popleft())
        if not due:
            return frame
        taken = {place for place, _ in due}
        free = (place for place in range(position, position + frame.height + len(due)) if place not in taken)
        fit = frame.with_columns(pl.Series(_AT, free, dtype=pl.Int64))
        unfit = pl.DataFrame(due, schema={_AT: pl.Int64, SOURCE_TEXT: pl.String}, orient="row")
        return pl.concat([fit, unfit], how="diagonal").sort(_AT).drop(_AT)


def _mark_nul_rows(batch: pl.DataFrame, names: list[str], separator: str) -> pl.DataFrame:
    """Mark rows with a NUL byte as rows that could not be split into columns."""
    damaged = pl.any_horizontal(pl.col(names).str.contains("\0", literal=True)).fill_null(value=False)
    text = pl.concat_str(names, separator=separator, ignore_nulls=True)
    already = pl.col(SOURCE_TEXT) if SOURCE_TEXT in batch.columns else pl.lit(None, pl.String)
    marked = batch.with_columns(pl.when(damaged).then(text).otherwise(already).alias(SOURCE_TEXT))
    return marked.with_columns(pl.when(pl.col(SOURCE_TEXT).is_null()).then(pl.col(names)))


def _has_line_breaks(batch: pl.DataFrame) -> bool:
    return any(batch[name].str.contains("\n", literal=True).any() for name in batch.columns)


def _check_quotes(path: Path, encoding: str | None, separator: str, header_row: int) -> None:
    """Read the whole file strictly, because an open quote silently swallows rows."""
    with open_unpacked(path) as raw:
        stream = io.BufferedReader(Utf8(raw, encoding), _HEADER)
        _skip_lines(stream, header_row - 1)
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        rows = csv.reader(text, delimiter=separator, strict=True)
        try:
            for _ in rows:
                pass
        except csv.Error as error:
            raise Unreadable(
                expected="quotes that are closed, and doubled within a cell",
                found=f"{error}, in the row that ends in line {rows.line_num:,}",
                fix="Fix the quotes there, or export the file again.",
            ) from None
