"""Tables for spreadsheets, as CSV or as a workbook, in which no data can run as a formula."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import polars as pl

from lealtad.base.visible_text import UNSEEN, reveal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import xlsxwriter

Book: TypeAlias = "xlsxwriter.Workbook"
# characters that programs treat as the start of a formula, also after characters that they drop or split at
_STARTS_A_FORMULA = r"(^[\s'\"]*|[;|\t\n\r][\s'\"]*)([=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}\x{2212}])"
_STARTS_BADLY = r"^([\t\r\n])"
_HEADER = {"bold": True, "font_color": "white", "bg_color": "#0b6e6e", "valign": "top"}
_A4 = 9
_LONGEST_CELL = 32_767  # characters: a longer one makes Excel repair the file


def write_csv(
    rows: pl.DataFrame,
    path: Path | IO[bytes],
    decimals: int = 6,
    *,
    quote_numbers: bool = True,
    has_header: bool = True,
) -> None:
    """Write rows as CSV for people: every cell is quoted, and no cell can run as a formula.

    An apostrophe is put before anything that a program would treat as a formula. This includes text within a cell
    that another separator would split off. Control and direction characters are escaped.

    Parameters
    ----------
    decimals
        Decimals of floats.
    quote_numbers
        Whether numbers are quoted; False for files that programs read too. Text is always quoted.
    has_header
        Whether to write the header; False to append rows to an open file.
    """
    _reveal_rows(rows).with_columns(guard_formulas(pl.col(pl.String))).write_csv(
        path,
        include_header=has_header,
        datetime_format="%Y-%m-%dT%H:%M:%SZ",
        float_precision=decimals,
        quote_style="always" if quote_numbers else "non_numeric",
    )


def guard_formulas(text: pl.Expr) -> pl.Expr:
    """Put an apostrophe before anything that a spreadsheet would treat as a formula.

    Examples
    --------
    >>> cells = pl.Series(["=1+1", "Ana;=1+1", "＝1", "-5 %", "a-b", None])
    >>> pl.select(guard_formulas(pl.lit(cells))).to_series().to_list()
    ["'=1+1", "Ana;'=1+1", "'＝1", "'-5 %", 'a-b', None]
    """
    return text.str.replace_all(_STARTS_A_FORMULA, "${1}'${2}").str.replace(_STARTS_BADLY, "'${1}")


def _reveal_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Escape control and direction characters in rows and column names."""
    shown = rows.with_columns(
        _reveal_column(rows[name]) for name in rows.columns if rows.schema[name] == pl.String
    )
    return shown.rename({name: reveal(name) for name in rows.columns if reveal(name) != name})


def _reveal_column(texts: pl.Series) -> pl.Series:
    hits = texts.str.contains(f"[{UNSEEN}]|\\r").fill_null(value=False)
    if not hits.any():
        return texts
    shown = [reveal(text) for text in texts.filter(hits)]
    return texts.scatter(hits.arg_true(), pl.Series(shown, dtype=pl.String))


@dataclass(frozen=True)
class ColumnStyle:
    """Style of columns by name: format, width in characters, and whether they are collapsed."""

    style: Callable[[str], Mapping[str, object]]
    width: Callable[[pl.Series], int]
    folded: Callable[[str], bool] = lambda _: False


@contextmanager
def open_workbook(path: Path, title: str, made_at: datetime) -> Iterator[Book]:
    """Open a workbook, which is written when the block ends.

    Text is written as text, so that no data can become a formula or a link. The file has `made_at` as its creation
    time, so that the same rows give the same bytes.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), {**options, "remove_timezone": True}) as book:
        book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        yield book


def add_table_sheet(
    book: Book, name: str, rows: pl.DataFrame, look: ColumnStyle, headers: Sequence[str] | None = None
) -> Any:
    """Add a sheet with a filter in its header, set up for landscape A4, and return it.

    `headers` are the column titles; None uses the column names.
    """
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, headers or rows.columns, book.add_format(_HEADER))
    for position, column in enumerate(rows.columns):
        cells = book.add_format(look.style(column))
        outline = {"level": 1, "hidden": True} if look.folded(column) else {}
        sheet.set_column(position, position, look.width(rows[column]), cells, outline)
        for row, value in enumerate(rows[column], start=1):
            if isinstance(value, str):
                sheet.write_string(row, position, reveal(value)[:_LONGEST_CELL], cells)
            elif value is not None:
                sheet.write(row, position, value, cells)
    sheet.autofilter(0, 0, rows.height, rows.width - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def add_definitions_sheet(book: Book, definitions: Mapping[str, str]) -> None:
    """Add a sheet with the meaning of each column."""
    sheet = book.add_worksheet("definitions")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24, book.add_format({"bold": True, "valign": "top"}))
    sheet.set_column(1, 1, 100, wrapped)
    for row, (name, sentence) in enumerate(definitions.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, sentence)
