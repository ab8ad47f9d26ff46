"""Excel workbooks: one sheet, its first row the header, dates as dates."""

from __future__ import annotations

import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from lealtad.base.errors import DataError
from lealtad.sources.files.sheet_extent import refuse_wide_document, refuse_wide_sheet
from lealtad.sources.files.unpacking import refuse_packed_bomb, unpack_to_disk
from lealtad.sources.files.unreadable import Unreadable, check_names
from lealtad.sources.limits import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import fastexcel
    import polars as pl

    from lealtad.sources.limits import Limits

_ROWS = 500_000
_SAVE = "Save it again in Excel, or as CSV."


@contextmanager
def _open_workbook(path: Path, limits: Limits = USUAL) -> Iterator[tuple[fastexcel.ExcelReader, Path]]:
    """Open a workbook, and return its uncompressed file; any error of its reader becomes `Unreadable`."""
    import fastexcel

    try:
        with unpack_to_disk(path) as file:
            refuse_packed_bomb(file)
            refuse_wide_document(file, limits.sheet_cells)
            yield fastexcel.read_excel(file), file
    except (fastexcel.FastExcelError, expat.ExpatError, ParseError, struct.error, KeyError) as error:
        raise Unreadable(expected="a workbook", found=str(error).splitlines()[0], fix=_SAVE) from None


@contextmanager
def _open_whole(path: Path) -> Iterator[tuple[fastexcel.ExcelReader, Path]]:
    """Open a workbook before it is assigned to a table; an error names the file."""
    try:
        with _open_workbook(path) as book:
            yield book
    except Unreadable as fault:
        raise DataError(
            table="file", expected=fault.expected, found=f"{path.name}: {fault.found}", fix=fault.fix
        ) from None


def read_excel(
    path: Path, sheet: str | None, header_row: int = 1, limits: Limits = USUAL
) -> Iterator[pl.DataFrame]:
    """Read a sheet in batches, in order; a column with values of different kinds becomes text.

    Parameters
    ----------
    path
        The workbook; it may be compressed.
    sheet
        The name of the sheet; None takes the only one.
    header_row
        The row of the header, numbered from 1 as in the workbook; rows above it are not read.
    limits
        The maximum number of cells of a sheet.

    Raises
    ------
    Unreadable
        If the workbook is damaged, has no such sheet, or has several and none is named. If a sheet is too large.
    """
    with _open_workbook(path, limits) as (book, file):
        sheet = _choose_sheet(book, sheet)
        refuse_wide_sheet(file, sheet, limits.sheet_cells)
        rows = _read_sheet(book, sheet, header_row)
    yield from rows.iter_slices(_ROWS)


def _choose_sheet(book: fastexcel.ExcelReader, sheet: str | None) -> str:
    names = book.sheet_names
    if not names:
        raise Unreadable(expected="a sheet", found="none", fix="Save the workbook again.")
    if sheet is None and len(names) == 1:
        sheet = names[0]
    if sheet is None or sheet not in names:
        raise Unreadable(
            expected="the name of a sheet",
            found=f"'{sheet}'" if sheet else f"{len(names)} sheets and no name",
            fix=f'Write one of them: sheet = "{names[0]}". There are: {", ".join(names)}.',
        )
    return sheet


def _read_sheet(book: fastexcel.ExcelReader, sheet: str, header_row: int) -> pl.DataFrame:
    header = book.load_sheet(
        sheet, header_row=None, skip_rows=header_row - 1, n_rows=1, dtypes="string"
    ).to_polars()
    if header.is_empty():
        raise Unreadable(
            expected="a header and rows",
            found=f"nothing in sheet '{sheet}'",
            fix='Name another sheet: sheet = "…".',
        )
    columns = check_names([str(name or "") for name in header.row(0)])
    rows: pl.DataFrame = book.load_sheet(
        sheet,
        header_row=None,
        skip_rows=header_row,
        column_names=columns,
        schema_sample_rows=None,  # all rows, since a type guessed from the first rows could lose values
        skip_whitespace_tail_rows=True,
    ).to_polars()
    return rows


def list_sheets(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook.

    Raises
    ------
    DataError
        If it is damaged.
    """
    with _open_whole(path) as (book, _):
        return list(book.sheet_names)


def read_edges(path: Path, sheet: str, rows: int) -> tuple[list[list[str]], list[list[str]]]:
    """Return the first and last rows of a sheet as text, from its very first row on.

    Raises
    ------
    DataError
        If the workbook is damaged.
    """
    with _open_whole(path) as (book, file):
        refuse_wide_sheet(file, sheet, USUAL.sheet_cells)
        whole = book.load_sheet(
            sheet, header_row=None, dtypes="string", skip_whitespace_tail_rows=True
        ).to_polars()
    start, end = (
        [[str(cell or "") for cell in row] for row in part.rows()] for part in (whole[:rows], whole[-rows:])
    )
    return start, end
