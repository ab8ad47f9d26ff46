"""Which rows of theirs are facts at all: those with a status that counts, or for which a condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError, suggest_name
from lealtad.sources.contract.tables import SOURCE_TEXT

if TYPE_CHECKING:
    from lealtad.sources.configuration import TableSource
    from lealtad.sources.contract import Table


def choose_rows(rows: pl.DataFrame, table: Table, source: TableSource) -> pl.Series | None:
    """Return the positions of the rows that `only` and `where` keep; None where all are.

    Values of `only` are held against those of the column without blanks around them, in capitals or not; empty
    text stands for nothing. Rows that could not be cut into columns stay, to be rejected.

    Raises
    ------
    DataError
        If a column is not there, or `where` is no condition over the columns.
    """
    if not (source.only or source.where):
        return None
    holds = [_is_among(rows, table, theirs, values) for theirs, values in source.only.items()]
    if source.where:
        holds.append(_parse_condition(rows, table, source.where))
    kept = pl.all_horizontal(holds)
    if SOURCE_TEXT in rows.columns:
        kept = kept | pl.col(SOURCE_TEXT).is_not_null()
    found = rows.select(kept.fill_null(value=False).alias("kept"))["kept"]
    return None if found.all() else found.arg_true()


def list_used_columns(source: TableSource, names: list[str]) -> set[str]:
    """Return the columns of theirs that a section uses without mapping them, or says that it need not."""
    reckoned = [theirs for keys in (source.minus, source.times) for theirs in keys.values()]
    named = {name for name in names if source.where and name in source.where}
    one = [*([source.one_row_per] if source.one_row_per else []), *source.repeats]
    return {*source.only, *source.ignore, *(name for group in reckoned for name in group), *one, *named}


def _is_among(rows: pl.DataFrame, table: Table, theirs: str, values: tuple[str, ...]) -> pl.Expr:
    if theirs not in rows.columns:
        raise DataError(
            table=table.name,
            column=theirs,
            expected=f"a column '{theirs}', which `only` names",
            found=f"none among {len(rows.columns)}",
            fix=suggest_name(theirs, rows.columns),
        )
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
            fix="Write names with capitals or blanks in double quotes, and texts in single ones.",
        ) from None
    return holds
