"""The order of rows in the lake: by customer, then by when they were known."""

from __future__ import annotations

import polars as pl

from lealtad.contract import TABLES

KEYS = {table.name: table.key for table in TABLES}
VERSIONED = {*KEYS, "identities"}  # tables whose rows may be corrected; all others are derived from them


def order_of(name: str, columns: list[str]) -> list[str]:
    """Return the columns that a table's rows are sorted by."""
    order = ["customer_id", "known_at", "as_of", *KEYS.get(name, ())]
    return [column for column in dict.fromkeys(order) if column in columns]


def in_order(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows sorted, nulls first; versions of one key known at one time stay as they were loaded."""
    order = order_of(name, rows.columns)
    return rows if not order or _sorted(rows, order) else rows.sort(order, maintain_order=True)


def _sorted(rows: pl.DataFrame, order: list[str]) -> bool:
    """Say whether the rows are in order already: one pass, far cheaper than sorting them."""
    ascends = pl.lit(value=True)
    for column in reversed(order):
        here, before = pl.col(column), pl.col(column).shift()
        less = (before < here).fill_null(before.is_null() & here.is_not_null())
        ascends = less | (before.eq_missing(here) & ascends)
    return bool(rows.lazy().select(ascends.slice(1).all()).collect().item())
