"""Cells that stop a column from being read: two decimal marks, words among amounts, dates in several ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_MONEY = frozenset({"amount", "price", "discount", "margin"})
_NUMBER = r"^[-+(]?\W{0,3}\d[\d.,]*\W{0,4}$"
_SHORTENED = r"^\W{0,3}\d[\d.,]*\s*(?i:k|m|mm|mil|bn)\W{0,3}$"
_COMMA, _POINT = r",\d{1,2}\D*$", r"\.\d{1,2}\D*$"
_WORD, _FEW_WORDS = r"^\p{L}[\p{L} ]+$", 3
# ISO, days or months first, and the days of a spreadsheet
_DATES = (r"^\d{4}-\d{2}-\d{2}", r"^\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", r"^[34]\d{4}(?:[.,]\d+)?$")
_ALL, _HALF = 0.95, 0.5


def describe_unread_cells(table: SourceTable) -> str:
    """Describe the cells of a time or an amount that are none; empty if nothing shows."""
    if table.sample is None:
        return ""
    times = [content.name for content in table.contents if "at" in content.ideas and content.dates is None]
    money = [content.name for content in table.contents if _MONEY & content.ideas and content.decimal is None]
    found = [
        *(_describe_mixed_dates(name, table.sample[name]) for name in times),
        *(_describe_unread_amounts(name, table.sample[name]) for name in money),
    ]
    return next(filter(None, found), "")


def _describe_mixed_dates(name: str, cells: pl.Series) -> str:
    """Describe dates that are written in several ways in one column; empty for other columns."""
    if cells.dtype != pl.String:
        return ""
    filled = cells.drop_nulls().str.strip_chars()
    filled = filled.filter(filled != "")
    first = [filled.filter(filled.str.contains(way)).head(1) for way in _DATES]
    shown = [example[0] for example in first if example.len()]
    is_date = filled.str.contains("|".join(_DATES)).mean()
    if len(shown) < 2 or not isinstance(is_date, float) or is_date < _ALL:  # noqa: PLR2004 - several ways
        return ""
    listed = ", ".join(f'"{example}"' for example in shown)
    return f'"{name}" has dates written in several ways ({listed}): export it again with one'


def _describe_unread_amounts(name: str, cells: pl.Series) -> str:
    """Describe why the amounts of a column are not numbers; empty if they do not look like amounts."""
    if _has_two_marks(cells):
        return (
            f'"{name}" has numbers with a decimal comma, and others with a decimal point: which amount is each? '
            "Export it again with one decimal mark, or with numbers in all cells"
        )
    if cells.dtype != pl.String or not cells.str.contains(_NUMBER).mean():
        return ""
    filled = cells.str.strip_chars().drop_nulls()
    odd = filled.filter(filled.str.contains(_SHORTENED))
    if not odd.is_empty():
        return f'"{name}" has amounts such as "{odd[0]}", which are no numbers: export them in full'
    words = filled.filter(filled.str.contains(_WORD)).unique().sort()
    if filled.str.contains(_NUMBER).mean() > _HALF and 0 < words.len() <= _FEW_WORDS:  # type: ignore[operator]  # a number
        shown = ", ".join(f'"{word}"' for word in words)
        return (
            f'"{name}" has {shown} among its amounts: how much is that? Export a number, such as 0, in its place'
        )
    return ""


def _has_two_marks(cells: pl.Series) -> bool:
    if cells.dtype != pl.String:
        return False
    filled = cells.drop_nulls().str.strip_chars()
    filled = filled.filter(filled != "")
    if not filled.len() or filled.str.contains(_NUMBER).mean() < _ALL:  # type: ignore[operator]  # a number
        return False
    return bool(filled.str.contains(_COMMA).any() and filled.str.contains(_POINT).any())
