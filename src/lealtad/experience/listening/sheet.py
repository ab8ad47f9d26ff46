"""The listening report as CSV and as a spreadsheet; every sentence is masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.spreadsheet import ColumnStyle, add_definitions_sheet, add_table_sheet, open_workbook, write_csv
from lealtad.experience.listening.wording import read_words

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.listening.report import ListeningReport

_SHARES = frozenset({"share", "negative_share", "recent_share", "before_share", "q"})
_COUNTS = frozenset({"comments", "customers", "recent", "n", "mentions", "sentences"})
_NARROW, _WIDE = 9, 80


def write_theme_table(report: ListeningReport, path: Path) -> None:
    """Write one row per theme as CSV."""
    write_csv(report.themes, path)


def write_listening_spreadsheet(report: ListeningReport, path: Path, language: Language) -> None:
    """Write a spreadsheet: themes, parts, months, verbatims, proposals, and what each column means."""
    tables = {
        "themes": report.themes,
        "parts": report.parts,
        "months": report.months,
        "verbatims": report.verbatims.drop("customer_id"),
        "proposals": report.proposals.with_columns(pl.col("words").list.join(", ")),
    }
    with open_workbook(path, "listening", report.as_of) as book:
        for name, rows in tables.items():
            if not rows.is_empty():
                named = _add_names(rows, report, language)
                add_table_sheet(book, name, named, ColumnStyle(_style_column, _compute_width)).freeze_panes(1, 1)
        add_definitions_sheet(book, read_words(language.code)["columns"])


def _add_names(rows: pl.DataFrame, report: ListeningReport, language: Language) -> pl.DataFrame:
    if "theme" not in rows.columns:
        return rows
    names = {code: report.taxonomy.name(code, language.code) for code in report.taxonomy.codes}
    named = rows.with_columns(pl.col("theme").replace_strict(names, return_dtype=pl.String).alias("name"))
    return named.select("name", pl.exclude("name"))


def _style_column(name: str) -> dict[str, object]:
    if name == "month":
        return {"num_format": "yyyy-mm", "valign": "top"}
    number = "0.0%" if name in _SHARES else "#,##0" if name in _COUNTS else "#,##0.00"
    return {"num_format": number, "valign": "top"}


def _compute_width(column: pl.Series) -> int:
    if column.dtype != pl.String:
        return max(_NARROW, len(column.name) + 2)
    return min(max(_NARROW, int(str(column.str.len_chars().max() or 0)) + 1, len(column.name) + 2), _WIDE)
