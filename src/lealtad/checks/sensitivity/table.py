"""The comparison of definitions as text and as a page, in a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.sentence import mark_for_translation as _
from lealtad.base.web_page import render_page

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from lealtad.base.language import Language

_DECIMALS = {"share": 1, "rate": 2}  # of a percentage
# column, heading, kind
_SHOWN = (
    ("grace_days", _("grace"), "count"),
    ("alive_days", _("active within"), "count"),
    ("horizon_days", _("horizon"), "count"),
    ("lead_days", _("lead"), "count"),
    ("dates", _("dates"), "count"),
    ("rows", _("rows"), "count"),
    ("churned", _("churned"), "count"),
    ("churn_rate", _("churn rate"), "rate"),
    ("came_back", _("came back"), "share"),
    ("already_silent", _("already silent"), "share"),
    ("auc", _("AUC"), "number"),
)


def format_table(table: pl.DataFrame, language: Language) -> str:
    """Format the table as text, with numbers aligned to the right, without empty columns.

    Examples
    --------
    >>> import polars as pl
    >>> from lealtad.base.language import Language
    >>> rows = pl.DataFrame({"horizon_days": [28, 84], "churn_rate": [0.021, None]})
    >>> print(format_table(rows, Language.from_code("en")))
    horizon  churn rate
         28       2.10%
         84           –
    """
    columns = [[heading, *cells] for heading, cells in _write_columns(table, language)]
    widths = [max(map(len, column)) for column in columns]
    rows = zip(*columns, strict=True)
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    own = [False, *_list_own(table)]
    marked = [f"{line}  <- model.toml" if is_own else line for line, is_own in zip(lines, own, strict=True)]
    return "\n".join(marked)


def write_page(path: Path, table: pl.DataFrame, language: Language) -> None:
    """Write the table as one self-contained page."""
    columns = _write_columns(table, language)
    rows = list(zip(*(cells for _heading, cells in columns), strict=True))
    path.write_text(
        render_page(
            "lealtad.checks.sensitivity",
            "sensitivity.html.jinja",
            language,
            headings=[heading for heading, _cells in columns],
            rows=list(zip(rows, _list_own(table), strict=True)),
        )
    )


def _list_own(table: pl.DataFrame) -> list[bool]:
    return list(table["is_own"]) if "is_own" in table.columns else [False] * table.height


def _write_columns(table: pl.DataFrame, language: Language) -> list[tuple[str, list[str]]]:
    """Return the heading and the cells of each column that has a value."""
    return [
        (language.translate(heading), [_write_cell(value, kind, language) for value in table[name]])
        for name, heading, kind in _SHOWN
        if name in table.columns and table[name].count()
    ]


def _write_cell(value: float | None, kind: str, language: Language) -> str:
    if value is None:
        return "–"
    if kind in _DECIMALS:
        return language.percent(value, _DECIMALS[kind])
    return language.decimal(value, 3) if kind == "number" else language.number(round(value))
