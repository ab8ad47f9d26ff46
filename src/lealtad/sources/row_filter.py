"""Selecting the source rows that count, by status or by a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.base.masking import mask_personal_data
from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.row_columns import require_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lealtad.sources.contract import Table
    from lealtad.sources.table_source import TableSource

_MOST_VALUES = 20  # a column with more names no kinds of rows
_LONGEST = 60  # characters of a value in a log


def choose_rows(rows: pl.DataFrame, table: Table, source: TableSource) -> pl.Series | None:
    """Return the positions of the rows that `only` and `where` keep; None for all.

    Values of `only` are compared ignoring case and surrounding blanks; empty text matches empty cells. Rows that
    could not be split into columns are kept, to be rejected.

    Raises
    ------
    DataError
        If a column is missing, or `where` is not a condition over the columns.
    """
    if not (source.only or source.where):
        return None
    holds = [_is_among(rows, table, theirs, values) for theirs, values in source.only.items()]
    if source.where:
        holds.append(_parse_condition(rows, table, source.where))
    is_kept = pl.all_horizontal(holds)
    if SOURCE_TEXT in rows.columns:
        is_kept = is_kept | pl.col(SOURCE_TEXT).is_not_null()
    mask = rows.select(is_kept.fill_null(value=False).alias("kept"))["kept"]
    return None if mask.all() else mask.arg_true()


def list_kept_values(sources: Sequence[TableSource]) -> list[dict[str, tuple[str, ...]]]:
    """Return for each section, by column, the values that it or another section of the same rows keeps.

    A column is listed in the first of these sections alone, so that its rows are counted once.
    """
    kept: dict[tuple[object, ...], tuple[str, ...]] = {}
    first: dict[tuple[object, ...], int] = {}
    key: tuple[object, ...]
    for number, source in enumerate(sources):
        for theirs, values in source.only.items():
            key = (source.files, source.database, source.table, source.query, theirs)
            kept[key] = (*kept.get(key, ()), *values)
            first.setdefault(key, number)
    of_each: list[dict[str, tuple[str, ...]]] = [{} for _ in sources]
    for key, number in first.items():
        of_each[number][str(key[-1])] = kept[key]
    return of_each


def count_left_out_values(
    rows: pl.DataFrame, table: Table, kept: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, int]]:
    """Yield each value that no section keeps, such as `"Status" is "void"`, and its rows; no columns of many."""
    for theirs, values in kept.items():
        rest = rows.filter(~_is_among(rows, table, theirs, values))[theirs].cast(pl.String, strict=False)
        counts = rest.str.strip_chars().fill_null("").rename("value").value_counts()
        counts = counts.sort("count", "value", descending=[True, False])
        if counts.height <= _MOST_VALUES:
            yield from (
                (f'"{theirs}" is "{mask_personal_data(value)[:_LONGEST]}"', count)
                for value, count in counts.iter_rows()
            )


def _is_among(rows: pl.DataFrame, table: Table, theirs: str, values: tuple[str, ...]) -> pl.Expr:
    require_column(table.name, theirs, rows.columns, key="only")
    text = pl.col(theirs).cast(pl.String, strict=False).str.strip_chars().str.to_lowercase().fill_null("")
    return text.is_in([value.strip().lower() for value in values])


def _parse_condition(rows: pl.DataFrame, table: Table, where: str) -> pl.Expr:
    try:
        holds = pl.sql_expr(where)
        if rows.head(0).select(holds).to_series().dtype != pl.Boolean:
            raise pl.exceptions.InvalidOperationError("it is neither true nor false")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError(
            table=table.name,
            expected=f"a condition over the columns ({', '.join(rows.columns[:8])}, …)",
            found=f"where = '{where}': {(str(error).splitlines() or ['no condition'])[0]}",
            fix="Write column names with capitals or blanks in double quotes, and texts in single quotes.",
        ) from None
    return holds
