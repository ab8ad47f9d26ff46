"""The first rows of a file, and all that must be said to read them: sheet, list, encoding, layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.files import FileOptions, read_file
from lealtad.sources.files.excel import cells_of, sheets_of
from lealtad.sources.files.json_documents import lists_of
from lealtad.sources.files.kinds import kind_of, unpacked_name
from lealtad.sources.files.unreadable import Unreadable
from lealtad.sources.recognition.layouts import Layout, layout_of
from lealtad.sources.recognition.text_look import encoding_of, text_layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ROWS = 500_000
_EDGE = 200


@dataclass(frozen=True)
class Sample:
    """Some rows of one table in a file.

    Attributes
    ----------
    part
        The sheet or list that the table is; empty where the file is it.
    encoding
        How its letters are written; None for UTF-8, or where the file says so itself.
    laid_out
        What the settings must say of its sheet, list and layout.
    """

    path: Path
    part: str
    rows: pl.DataFrame
    encoding: str | None
    laid_out: Mapping[str, str | int | list[int]]


def samples_of(path: Path) -> Iterator[Sample]:
    """Give a sample of each table in a file: of each sheet of a workbook, of each list of a JSON document.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    kind = kind_of(unpacked_name(path.name))
    try:
        if kind == "excel":
            names = sheets_of(path)
            for sheet in names:
                yield _of_sheet(path, sheet, alone=len(names) == 1)
        elif kind == "json document":
            encoding = encoding_of(path)
            names = lists_of(path, encoding)
            for name in names if len(names) > 1 else [None]:
                options = FileOptions(encoding=encoding, records=name)
                laid_out: dict[str, str | int | list[int]] = {} if name is None else {"records": name}
                yield Sample(path, name or "", _first(path, options), encoding, laid_out)
        elif kind in {"delimited", "json lines"}:
            encoding = encoding_of(path)
            layout = text_layout(path, encoding) if kind == "delimited" else Layout()
            yield Sample(path, "", _first(path, _options(layout, encoding=encoding)), encoding, layout.keys())
        else:
            yield Sample(path, "", _first(path, FileOptions()), None, {})
    except Unreadable as fault:
        raise DataError(
            table="file", expected=fault.expected, found=f"{path.name}: {fault.found}", fix=fault.fix
        ) from None


def _of_sheet(path: Path, sheet: str, *, alone: bool) -> Sample:
    start, end = cells_of(path, sheet, _EDGE)
    layout = layout_of(start, end)
    laid_out = layout.keys() if alone else {"sheet": sheet, **layout.keys()}
    return Sample(path, "" if alone else sheet, _first(path, _options(layout, sheet=sheet)), None, laid_out)


def _options(layout: Layout, *, encoding: str | None = None, sheet: str | None = None) -> FileOptions:
    return FileOptions(
        sheet, encoding, layout.separator, layout.header_row, layout.skip_rows, layout.skip_footer, layout.widths
    )


def _first(path: Path, options: FileOptions) -> pl.DataFrame:
    rows = pl.DataFrame()
    for batch in read_file(path, "file", options):
        rows = batch
        if rows.height:
            break
    return rows.head(_ROWS)
