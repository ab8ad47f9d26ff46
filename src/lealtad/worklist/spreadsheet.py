"""The list as a spreadsheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from lealtad.spreadsheet import Look, definitions_sheet, table_sheet, workbook

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
_WORDS = rf"{_SENTENCE}|^band$|^customer_id$|^segment$"
_WIDE, _NARROW = 52, 9
_TWO_LINES = 31  # points; a sentence wraps once at most, and not every program fits rows by itself


def write_spreadsheet(rows: pl.DataFrame, definitions: Mapping[str, str], path: Path) -> None:
    """Write the list as a spreadsheet, with a second sheet that says what each column means.

    The header is frozen and filters; the probability is shaded by how high it is.
    """
    with workbook(path, "worklist", rows["as_of"].max()) as book:  # type: ignore[arg-type]
        sheet = table_sheet(book, "worklist", rows, Look(_style, _width, _is_detail))
        for row in range(1, rows.height + 1):
            sheet.set_row(row, _TWO_LINES)
        sheet.freeze_panes(1, rows.columns.index("customer_id") + 1)
        probability = rows.columns.index("churn_probability")
        shades = {"type": "2_color_scale", "min_color": "#ffffff", "max_color": "#f4a582"}
        sheet.conditional_format(1, probability, rows.height, probability, shades)
        sheet.print_area(0, rows.columns.index("rank"), rows.height, rows.columns.index("data_notes"))
        definitions_sheet(book, definitions)


def _is_detail(name: str) -> bool:
    return bool(re.search(_DETAIL, name))


def _style(name: str) -> dict[str, object]:
    number = "0.00" if _is_detail(name) else _FORMATS.get(name, "General")
    style = {"num_format": number, "valign": "top", "text_wrap": bool(re.search(_SENTENCE, name))}
    return style | ({"indent": 1} if re.search(_WORDS, name) else {})


def _width(column: pl.Series) -> int:
    if re.search(_SENTENCE, column.name):
        return _WIDE
    longest = column.str.len_chars().max() if column.dtype == pl.String else _NARROW
    return max(_NARROW, len(column.name) + 3, min(_WIDE, int(str(longest or 0)) + 1))
