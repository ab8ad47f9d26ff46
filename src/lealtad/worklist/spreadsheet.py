"""The list as CSV and as a spreadsheet, safe against formulas that hide in the data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FORMATS = {
    "churn_probability": "0.0%",
    "value_at_stake": "#,##0.00",
    "expected_loss": "#,##0.00",
    "as_of": "yyyy-mm-dd",
    "last_contact_at": "yyyy-mm-dd",
    "days_since_order": "0",
}
_DETAIL = r"_own$|_typical$"  # the numbers inside the reasons: folded away, for those who want to count with them
_SENTENCE = r"^reason_\d$|^data_notes$"
_STARTS_A_FORMULA = r"^[=+\-@\t\r]"
_WIDE, _NARROW = 52, 9
_TWO_LINES = 31  # points; a sentence wraps once at most, and not every program fits rows by itself


def write_csv(rows: pl.DataFrame, path: Path) -> None:
    """Write the list as CSV; text that a spreadsheet would run as a formula gets an apostrophe before it."""
    text = pl.col(pl.String)
    safe = pl.when(text.str.contains(_STARTS_A_FORMULA)).then("'" + text).otherwise(text)
    rows.with_columns(safe.name.keep()).write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%SZ", float_precision=6)


def write_spreadsheet(rows: pl.DataFrame, definitions: Mapping[str, str], path: Path) -> None:
    """Write the list as a spreadsheet, with a second sheet that says what each column means.

    Text is written as text: nothing in the data can become a formula or a link. The header is frozen and
    filters; the probability is shaded by how high it is.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), {**options, "remove_timezone": True}) as book:
        # the file names no moment of its making, so that the same list gives the same bytes
        book.set_properties({"title": "worklist", "created": rows["as_of"].dt.replace_time_zone(None).max()})
        _list_sheet(book, rows)
        _definitions_sheet(book, definitions)


def _list_sheet(book: xlsxwriter.Workbook, rows: pl.DataFrame) -> None:
    sheet = book.add_worksheet("worklist")
    header = book.add_format({"bold": True, "font_color": "white", "bg_color": "#0b6e6e", "valign": "top"})
    sheet.write_row(0, 0, rows.columns, header)
    for position, name in enumerate(rows.columns):
        style = book.add_format(_style(rows[name]))
        folded = {"level": 1, "hidden": True} if re.search(_DETAIL, name) else {}
        sheet.set_column(position, position, _width(rows[name]), style, folded)
        for row, value in enumerate(rows[name], start=1):
            if isinstance(value, str):
                sheet.write_string(row, position, value, style)
            elif value is not None:
                sheet.write(row, position, value, style)
    for row in range(1, rows.height + 1):
        sheet.set_row(row, _TWO_LINES)
    sheet.freeze_panes(1, rows.columns.index("customer_id") + 1)
    sheet.autofilter(0, 0, rows.height, rows.width - 1)
    probability = rows.columns.index("churn_probability")
    shades = {"type": "2_color_scale", "min_color": "#ffffff", "max_color": "#f4a582"}
    sheet.conditional_format(1, probability, rows.height, probability, shades)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.print_area(0, rows.columns.index("rank"), rows.height, rows.columns.index("data_notes"))
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _style(column: pl.Series) -> dict[str, object]:
    name, words = column.name, column.dtype == pl.String
    number = "0.00" if re.search(_DETAIL, name) else _FORMATS.get(name, "General")
    style = {"num_format": number, "valign": "top", "text_wrap": bool(re.search(_SENTENCE, name))}
    return style | ({"indent": 1} if words else {})


def _definitions_sheet(book: xlsxwriter.Workbook, definitions: Mapping[str, str]) -> None:
    sheet = book.add_worksheet("definitions")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24, book.add_format({"bold": True, "valign": "top"}))
    sheet.set_column(1, 1, 100, wrapped)
    for row, (name, sentence) in enumerate(definitions.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, sentence)


def _width(column: pl.Series) -> int:
    if re.search(_SENTENCE, column.name):
        return _WIDE
    longest = column.str.len_chars().max() if column.dtype == pl.String else _NARROW
    return max(_NARROW, len(column.name) + 3, min(_WIDE, int(str(longest or 0)) + 1))
