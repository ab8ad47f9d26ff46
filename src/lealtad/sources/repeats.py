"""Filling cells that an export leaves empty because a row above has the value, such as the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.row_columns import has_value, require_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def fill_repeats(frames: Iterable[pl.DataFrame], table: str, repeats: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return all rows, with empty cells filled from the first row with the same key.

    Parameters
    ----------
    repeats
        Source column of the key → the columns with one value for all rows of a key. Rows with an empty key are
        unchanged.

    Raises
    ------
    DataError
        If a column is missing.

    Examples
    --------
    >>> rows = pl.DataFrame({"Name": ["#1", "#1", "#2"], "Email": ["a@x.es", "", ""]})
    >>> fill_repeats([rows], "order_lines", {"Name": ["Email"]})["Email"].to_list()
    ['a@x.es', 'a@x.es', '']
    """
    rows = pl.concat(list(frames), how="diagonal_relaxed")
    for key, names in repeats.items():
        for name in (key, *names):
            require_column(table, name, rows.columns, key="repeats")
        has_key = has_value(key, rows).fill_null(value=False)
        filled = [_fill_column(name, key, rows, has_key) for name in names]
        rows = rows.with_columns(filled)
    return rows


def _fill_column(name: str, key: str, rows: pl.DataFrame, has_key: pl.Expr) -> pl.Expr:
    is_filled = has_value(name, rows).fill_null(value=False)
    first = pl.col(name).filter(is_filled).first().over(key)
    return pl.when(has_key & ~is_filled).then(pl.coalesce(first, name)).otherwise(pl.col(name)).alias(name)
