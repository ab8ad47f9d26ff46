"""Selecting the source rows that count, by status or by a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.row_columns import require_column

if TYPE_CHECKING:
    from lealtad.sources.contract import Table
    from lealtad.sources.table_source import TableSource


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
