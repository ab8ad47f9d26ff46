"""Columns of source rows: whether they exist, whether a cell has a value, and which ones a section uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError, suggest_name

if TYPE_CHECKING:
    from lealtad.sources.table_source import TableSource


def require_column(table: str, theirs: str, names: list[str], *, key: str = "", column: str = "") -> None:
    """Refuse rows without a column that the section names.

    Parameters
    ----------
    names
        The existing columns.
    key
        The key of the section that names the column, for the message.
    column
        The column of the contract, for the message; by default the same name.

    Raises
    ------
    DataError
        If `theirs` is not among `names`; the message names the nearest one.
    """
    if theirs not in names:
        raise DataError(
            table=table,
            column=column or theirs,
            expected=f"a column '{theirs}'" + (f", which `{key}` names" if key else ""),
            found=f"none among {len(names)}",
            fix=suggest_name(theirs, names),
        )


def has_value(name: str, rows: pl.DataFrame) -> pl.Expr:
    """Express whether a cell of a column has a value."""
    value = pl.col(name)
    return (
        value.is_not_null() & (value.str.strip_chars() != "")
        if rows.schema[name] == pl.String
        else value.is_not_null()
    )


def list_used_columns(source: TableSource, names: list[str]) -> set[str]:
    """Return the source columns that a section uses without mapping them, or explicitly ignores."""
    reckoned = [theirs for operands in (source.minus, source.times) for theirs in operands.values()]
    named = {name for name in names if source.where and name in source.where}
    keys = [*([source.one_row_per] if source.one_row_per else []), *source.repeats]
    keys += source.times_of_day.values()
    return {*source.only, *source.ignore, *(name for group in reckoned for name in group), *keys, *named}


def list_amount_columns(source: TableSource) -> tuple[str, ...]:
    """Return the source columns by which amounts are multiplied, or which are subtracted."""
    return tuple(
        theirs for operands in (source.times, source.minus) for names in operands.values() for theirs in names
    )
