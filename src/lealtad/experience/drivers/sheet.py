"""The drivers as CSV and as a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.spreadsheet import ColumnStyle, add_definitions_sheet, add_table_sheet, open_workbook, write_csv
from lealtad.experience.drivers.wording import name_driver_in_words, read_words

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.drivers.report import DriverReport

_SHARES = frozenset({"importance", "low", "high", "among_top", "previous", "reach"}) | frozenset(
    {"performance", "performance_low", "performance_high", "target"}
)
_FOLDED = frozenset({"driver", "penalty_low", "penalty_high", "reward_low", "reward_high"})
_WIDE, _NARROW, _MOST = 30, 9, 44


def write_driver_table(report: DriverReport, path: Path) -> None:
    """Write one row per outcome and driver as CSV."""
    write_csv(report.rows, path)


def write_driver_spreadsheet(report: DriverReport, path: Path, language: Language) -> None:
    """Write a spreadsheet: the drivers, the segments, and what each column means."""
    with open_workbook(path, "drivers", report.as_of) as book:
        for name, rows in (("drivers", report.rows), ("segments", report.segments)):
            if rows.is_empty():
                continue
            named = _add_names(rows, language)
            sheet = add_table_sheet(
                book, name, named, ColumnStyle(_style_column, _compute_width, _FOLDED.__contains__)
            )
            sheet.freeze_panes(1, named.columns.index("name") + 1)
        add_definitions_sheet(book, read_words(language.code)["columns"])


def _add_names(rows: pl.DataFrame, language: Language) -> pl.DataFrame:
    names = {driver: name_driver_in_words(driver, language) for driver in rows["driver"].unique()}
    named = rows.with_columns(pl.col("driver").replace_strict(names, return_dtype=pl.String).alias("name"))
    first = [column for column in ("outcome", "segment") if column in named.columns]
    return named.select(*first, "name", pl.exclude(*first, "name"))


def _style_column(name: str) -> dict[str, object]:
    return {"num_format": "0.0%" if name in _SHARES else "#,##0.00" if name != "group" else "0", "valign": "top"}


def _compute_width(column: pl.Series) -> int:
    if column.dtype != pl.String:
        return max(_NARROW, len(column.name) + 2)
    longest = int(str(column.str.len_chars().max() or 0)) + 1
    return min(max(_NARROW, longest, len(column.name) + 2), _MOST if column.name == "name" else _WIDE)
