"""The figures of the journey map and of the company as CSV and as a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.spreadsheet import (
    Book,
    ColumnStyle,
    add_definitions_sheet,
    add_table_sheet,
    open_workbook,
    write_csv,
)
from lealtad.experience.glossary import describe_columns

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.acquisition import Acquisition
    from lealtad.experience.company_kpis import CompanyKpis
    from lealtad.experience.journey.mapping import JourneyMap

_NUMBERS = ("value", "low", "high", "previous", "target")
_FORMATS = {
    "as_of": "yyyy-mm-dd",
    "month": "yyyy-mm",
    "cohort": "yyyy-mm",
    "customer_share": "0%",
    "unowned_share": "0%",
    **dict.fromkeys(_NUMBERS, "#,##0.00"),
}
_AFTER_A_NUMBER = ("owner", "kpi", "trend")
_FOLDED = ("as_of", "window_days", "scale_min", "scale_max", "higher_is_easier", "definition")
_ALERT = {"bg_color": "#fdf0ef", "font_color": "#9b1c1c", "bold": True, "valign": "top"}
_NARROW, _WIDE = 9, 32


def write_figures(journey: JourneyMap, company: CompanyKpis, path: Path) -> None:
    """Write all figures as CSV: those of the journey map, then those of the company."""
    write_csv(pl.concat([journey.figures, company.figures], how="diagonal_relaxed"), path, quote_numbers=False)


def write_spreadsheet(
    journey: JourneyMap,
    company: CompanyKpis,
    path: Path,
    language: Language,
    acquisition: Acquisition | None = None,
) -> None:
    """Write a spreadsheet: sheets for the journey map, the company, the prospects, and what the columns mean."""
    with open_workbook(path, "journey", journey.as_of) as book:
        _add_figures(book, "journey", journey.figures, "channel")
        _add_figures(book, "kpis", company.figures, "kpi")
        if acquisition is not None:
            style = ColumnStyle(_style_column, _compute_width, _is_folded)
            add_table_sheet(book, "funnel", acquisition.funnel, style)
            add_table_sheet(book, "referrals", acquisition.referrals, style)
        add_definitions_sheet(book, describe_columns(language))


def _add_figures(book: Book, name: str, rows: pl.DataFrame, last_frozen: str) -> None:
    """Add a sheet of figures, with missed targets marked."""
    sheet = add_table_sheet(book, name, rows, ColumnStyle(_style_column, _compute_width, _is_folded))
    sheet.freeze_panes(1, rows.columns.index(last_frozen) + 1)
    alert = rows.columns.index("alert")
    marked = book.add_format(_ALERT)
    # formatted cell by cell, because LibreOffice 7.4 crashes when printing this sheet with a conditional format
    for row, missed in enumerate(rows["alert"], start=1):
        if missed:
            sheet.write_boolean(row, alert, missed, marked)
    sheet.print_area(0, rows.columns.index("level"), rows.height, alert)


def _style_column(name: str) -> dict[str, object]:
    return {"num_format": _FORMATS.get(name, "General"), "valign": "top", "indent": int(name in _AFTER_A_NUMBER)}


def _is_folded(name: str) -> bool:
    return name in _FOLDED


def _compute_width(column: pl.Series) -> int:
    longest = column.str.len_chars().max() if column.dtype == pl.String else _NARROW
    return max(_NARROW, len(column.name) + 3, min(_WIDE, int(str(longest or 0)) + 1))
