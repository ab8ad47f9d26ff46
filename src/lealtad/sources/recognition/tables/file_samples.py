"""The first rows of a file, and the settings that read them: sheet, list, encoding, layout."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.files import FileOptions, read_file
from lealtad.sources.files.excel import list_sheets, read_edges
from lealtad.sources.files.html_tables import read_html_rows
from lealtad.sources.files.json_documents import find_lists
from lealtad.sources.files.signatures import find_file_kind
from lealtad.sources.files.totals import drop_totals
from lealtad.sources.files.unreadable import Unreadable
from lealtad.sources.recognition.tables.encodings import detect_encoding
from lealtad.sources.recognition.tables.table_layout import Layout, detect_layout
from lealtad.sources.recognition.tables.text_layout import detect_text_layout
from lealtad.sources.recognition.tables.total_rows import find_totals_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ROWS = 500_000
_EDGE = 200


@dataclass(frozen=True)
class TableSample:
    """Some rows of one table in a file.

    Attributes
    ----------
    part
        The sheet or list that the table is in; empty if the file is the table.
    encoding
        The encoding of the file; None for UTF-8, or if the file states it.
    laid_out
        The settings that declare its sheet, list and layout.
    labels
        By header, the first row below it, if that row is not data.
    """

    path: Path
    part: str
    rows: pl.DataFrame
    encoding: str | None
    laid_out: Mapping[str, str | int | list[int]]
    labels: Mapping[str, str] = field(default_factory=dict)

    def without_totals(self) -> TableSample:
        """Return the sample without rows that add up others."""
        column = find_totals_column(self.rows)
        if column is None:
            return self
        rows = pl.concat(drop_totals([self.rows], column))
        return replace(self, rows=rows, laid_out={**self.laid_out, "skip_totals": column})


def read_samples(path: Path) -> Iterator[TableSample]:
    """Yield a sample of each table in a file: each sheet of a workbook, each list of a JSON document.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    try:
        kind = find_file_kind(path)
        if kind == "excel":
            names = list_sheets(path)
            for sheet in names:
                yield _read_sheet(path, sheet, alone=len(names) == 1)
        elif kind == "json document":
            encoding = detect_encoding(path)
            names = find_lists(path, encoding)
            for name in names if len(names) > 1 else [None]:
                options = FileOptions(encoding=encoding, records=name)
                laid_out: dict[str, str | int | list[int]] = {} if name is None else {"records": name}
                yield TableSample(path, name or "", _read_first_rows(path, options), encoding, laid_out)
        elif kind == "web page":
            yield _read_page(path)
        elif kind in {"delimited", "json lines"}:
            encoding = detect_encoding(path)
            layout = detect_text_layout(path, encoding) if kind == "delimited" else Layout()
            options = _build_options(layout, encoding=encoding)
            rows, labels = _read_first_rows(path, options), _read_labels(path, options)
            yield TableSample(path, "", rows, encoding, layout.keys(), labels)
        else:
            yield TableSample(path, "", _read_first_rows(path, FileOptions()), None, {})
    except Unreadable as fault:
        raise DataError(
            table="file", expected=fault.expected, found=f"{path.name}: {fault.found}", fix=fault.fix
        ) from None


def _read_sheet(path: Path, sheet: str, *, alone: bool) -> TableSample:
    start, end = read_edges(path, sheet, _EDGE)
    layout = detect_layout(start, end)
    laid_out = layout.keys() if alone else {"sheet": sheet, **layout.keys()}
    options = _build_options(layout, sheet=sheet)
    rows, labels = _read_first_rows(path, options), _read_labels(path, options)
    return TableSample(path, "" if alone else sheet, rows, None, laid_out, labels)


def _read_page(path: Path) -> TableSample:
    rows = read_html_rows(path)
    layout = detect_layout(rows[:_EDGE], rows[-_EDGE:])
    options = _build_options(layout)
    return TableSample(path, "", _read_first_rows(path, options), None, layout.keys(), _read_labels(path, options))


def _build_options(layout: Layout, *, encoding: str | None = None, sheet: str | None = None) -> FileOptions:
    return FileOptions(
        sheet, encoding, layout.separator, layout.header_row, layout.skip_rows, layout.skip_footer, layout.widths
    )


def _read_labels(path: Path, options: FileOptions) -> dict[str, str]:
    if not options.skip_rows:
        return {}
    first = _read_first_rows(path, replace(options, skip_rows=0)).head(1)
    return {name: str(value) for name, value in first.to_dicts()[0].items() if value} if first.height else {}


def _read_first_rows(path: Path, options: FileOptions) -> pl.DataFrame:
    rows = pl.DataFrame()
    for batch in read_file(path, "file", options):
        rows = batch
        if rows.height:
            break
    return rows.head(_ROWS)
