"""Tables for spreadsheets, as CSV or as a workbook, in which nothing in the data can run as a formula."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import polars as pl
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

Book: TypeAlias = "xlsxwriter.Workbook"
_STARTS_A_FORMULA = r"^[=+\-@\t\r]"
_HEADER = {"bold": True, "font_color": "white", "bg_color": "#0b6e6e", "valign": "top"}
_A4 = 9


def write_csv(rows: pl.DataFrame, path: Path | IO[bytes]) -> None:
    """Write rows as CSV; text that a spreadsheet would run as a formula gets an apostrophe before it."""
    text = pl.col(pl.String)
    safe = pl.when(text.str.contains(_STARTS_A_FORMULA)).then("'" + text).otherwise(text)
    rows.with_columns(safe.name.keep()).write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ", float_precision=6)


@dataclass(frozen=True)
class ColumnStyle:
    """How columns look, by name: their format, their width in characters, whether they are folded away."""

    style: Callable[[str], Mapping[str, object]]
    width: Callable[[pl.Series], int]
    folded: Callable[[str], bool] = lambda _: False


@contextmanager
def open_workbook(path: Path, title: str, made_at: datetime) -> Iterator[Book]:
    """Open a workbook to fill; it is written when the block ends.

    Text is written as text: nothing in the data can become a formula or a link. The file names `made_at` as
    its moment, not that of its making, so that the same rows give the same bytes.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), {**options, "remove_timezone": True}) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        yield book


def add_table_sheet(book: Book, name: str, rows: pl.DataFrame, look: ColumnStyle) -> Any:
    """Add a sheet with a header that filters, to print on landscape A4, and return it."""
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, rows.columns, book.add_format(_HEADER))
    for position, column in enumerate(rows.columns):
        cells = book.add_format(look.style(column))
        outline = {"level": 1, "hidden": True} if look.folded(column) else {}
        sheet.set_column(position, position, look.width(rows[column]), cells, outline)
        for row, value in enumerate(rows[column], start=1):
            if isinstance(value, str):
                sheet.write_string(row, position, value, cells)
            elif value is not None:
                sheet.write(row, position, value, cells)
    sheet.autofilter(0, 0, rows.height, rows.width - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def add_definitions_sheet(book: Book, definitions: Mapping[str, str]) -> None:
    """Add a sheet that says what each column means."""
    sheet = book.add_worksheet("definitions")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24, book.add_format({"bold": True, "valign": "top"}))
    sheet.set_column(1, 1, 100, wrapped)
    for row, (name, sentence) in enumerate(definitions.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, sentence)
