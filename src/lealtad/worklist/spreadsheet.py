"""The list as a spreadsheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.spreadsheet import ColumnStyle, add_definitions_sheet, add_table_sheet, open_workbook
from lealtad.worklist.columns import KINDS, define_other_columns
from lealtad.worklist.headers import list_outcome_words, name_headers
from lealtad.worklist.wording import list_code_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.base.spreadsheet import Book

_FORMATS = {
    "share": "0.0%",
    "money": "#,##0.00",
    "number": "0.00",
    "count": "0",
    "instant": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
}
# collapsed columns: parts of sentences, and columns that only the company's systems need
_FOLDED = r"^reason_\d_|_low$|_high$|^as_of$|^list_id$|_version$|^promoter_basis$|^previous_rank$"
_SENTENCES = {"sentence": 46, "code": 16, "name": 14}
_ACTION, _LIMIT = 30, 40
_ENTRY = ("outcome", "contacted_on")
_NARROW, _HEADER_ROOM = 9, 3
_LINE, _TOP = 14.5, 4  # points
_BANDS = {"very_high": "#f4a582", "high": "#fddbc7", "medium": "#fff4e5", "low": "#e8f3f1"}
_CHANGES = {"new": "#0b6e6e", "up": "#b4521a", "down": "#52606d"}


def write_spreadsheet(
    rows: pl.DataFrame, definitions: Mapping[str, str], path: Path, language: Language, made_at: datetime
) -> None:
    """Write the list as a spreadsheet, with a second sheet that explains each column.

    The header has readable titles and filters, and is frozen. Probability, band and change have conditional
    colours, which follow changes made by hand. The team fills in outcome and day of the contact, and `lealtad
    outcomes` loads them back.

    Parameters
    ----------
    rows
        As `columns.team_columns` returns them, in words.
    made_at
        The as-of moment of the list, which becomes the date of the file.
    """
    rows = _add_entry_columns(rows)
    headers = name_headers(rows.columns, language)
    words = dict(zip(rows.columns, headers, strict=True))
    with open_workbook(path, "worklist", made_at) as book:
        style = ColumnStyle(
            _choose_style,
            lambda column: _compute_width(column.rename(words[column.name]), column.name),
            _is_folded,
        )
        sheet = add_table_sheet(book, "worklist", rows, style, headers)
        _add_entry_rules(book, sheet, rows, language, made_at)
        for position, row in enumerate(rows.iter_rows(named=True), start=1):
            sheet.set_row(position, _compute_height(row))
        sheet.freeze_panes(1, rows.columns.index("customer_id") + 1)
        _add_colours(book, sheet, rows, language)
        shown = [name for name in rows.columns if not _is_folded(name)]
        ends = [rows.columns.index(name) for name in (shown[0], shown[-1])]
        sheet.print_area(0, ends[0], rows.height, ends[1])
        sheet.fit_to_pages(2, 0)
        sheet.repeat_columns(ends[0], rows.columns.index("customer_id"))
        defined = {**definitions, **define_other_columns(language)}
        add_definitions_sheet(book, {words[name]: defined[name] for name in rows.columns if name in defined})


def _add_entry_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the columns that the team fills in, after the last column that is not collapsed."""
    shown = [name for name in rows.columns if not _is_folded(name)]
    place = rows.columns.index(shown[-1]) + 1
    empty = rows.with_columns(outcome=pl.lit(None, pl.String), contacted_on=pl.lit(None, pl.Date))
    return empty.select(*rows.columns[:place], *_ENTRY, *rows.columns[place:])


def _add_entry_rules(book: Book, sheet: Any, rows: pl.DataFrame, language: Language, made_at: datetime) -> None:
    """Give the outcome a drop-down, and refuse a day before the list."""
    if rows.is_empty():
        return
    outcome, day = (rows.columns.index(name) for name in _ENTRY)
    sheet.data_validation(
        1,
        outcome,
        rows.height,
        outcome,
        {"validate": "list", "source": list(list_outcome_words(language).values())},
    )
    sheet.data_validation(
        1, day, rows.height, day, {"validate": "date", "criteria": ">=", "value": made_at.replace(tzinfo=None)}
    )
    to_fill = book.add_format({"bg_color": "#fff4e5"})
    sheet.conditional_format(1, outcome, rows.height, day, {"type": "blanks", "format": to_fill})


def _add_colours(book: Book, sheet: Any, rows: pl.DataFrame, language: Language) -> None:
    words = list_code_words(language)
    shades = {"type": "2_color_scale", "min_color": "#ffffff", "max_color": "#f4a582"}
    _add_condition(sheet, rows, "churn_probability", shades)
    for code, colour in _BANDS.items():
        look = book.add_format({"bg_color": colour})
        _add_condition(sheet, rows, "band", _equals(words["band"][code], look))
    for code, colour in _CHANGES.items():
        look = book.add_format({"font_color": colour, "bold": code == "new"})
        _add_condition(sheet, rows, "change", _equals(words["change"][code], look))


def _add_condition(sheet: Any, rows: pl.DataFrame, name: str, condition: Mapping[str, object]) -> None:
    if name in rows.columns and rows.height:
        position = rows.columns.index(name)
        sheet.conditional_format(1, position, rows.height, position, condition)


def _equals(word: str, look: Any) -> dict[str, object]:
    return {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}


def _is_folded(name: str) -> bool:
    return bool(re.search(_FOLDED, name))


def _choose_style(name: str) -> dict[str, object]:
    kind = KINDS.get(name, "name")
    words = kind in ("name", "code", "sentence", "flag")
    style: dict[str, object] = {"num_format": _FORMATS.get(kind, "General"), "valign": "top"}
    # spreadsheet programs indent only aligned cells
    aligned = {"align": "left", "indent": 1} if words else {}
    return {**style, **aligned, "text_wrap": kind == "sentence" or name == "suggested_action"}


def _compute_width(column: pl.Series, name: str) -> int:
    """Return a column width that fits its header; `name` decides the kind of content."""
    header = len(column.name) + _HEADER_ROOM
    if name == "suggested_action":
        return _ACTION
    kind = KINDS.get(name, "name")
    if kind == "sentence":
        return max(header, _SENTENCES[kind])
    longest = column.str.len_chars().max() if column.dtype == pl.String else _NARROW
    room = {"outcome": 20, "contacted_on": 14}.get(name, 17 if kind == "instant" else 0)
    return max(_NARROW, header, room, min(_LIMIT, int(str(longest or 0)) + 2))


def _compute_height(row: Mapping[str, object]) -> float:
    """Return a row height that fits its longest sentence, since not every program adjusts heights."""
    wide = _SENTENCES["sentence"] - 4
    lines = [
        -(-len(str(text)) // (_ACTION - 4 if name == "suggested_action" else wide))
        for name, text in row.items()
        if text and (KINDS.get(name) == "sentence" or name == "suggested_action")
    ]
    return _TOP + _LINE * max([1, *lines])
