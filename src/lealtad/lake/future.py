"""A company's tables as if it had closed at a moment: everything that became known at it or later is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    Tables = Mapping[str, pl.DataFrame]

# columns that are filled in after their row is known: their clock, and the columns known only from then on
COMES_TRUE = {"surveys": ("answered_at", ("score", "comment")), "interventions": ("contacted_at", ("outcome",))}


def is_known_before(rows: pl.DataFrame, as_of: datetime) -> pl.Expr:
    """Express whether a row is known before `as_of`; a row without a clock was always known."""
    clock = "known_at" if "known_at" in rows.columns else "valid_from"
    return (pl.col(clock) < as_of).fill_null(value=True)


def remove_future(tables: Tables, as_of: datetime) -> dict[str, pl.DataFrame]:
    """Return the tables as they would be if the company had closed at `as_of`.

    Parameters
    ----------
    tables
        History rows by table name, with `known_at` (null: always known) and maybe `superseded_at`; `identities`
        with `valid_from`.

    Returns
    -------
    The same tables without rows known at `as_of` or later. Later supersessions, survey answers, contacts and
    merges are removed too.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 5)]
    >>> orders = pl.DataFrame({"order_id": ["a", "b"], "known_at": days})
    >>> remove_future({"orders": orders}, days[1])["orders"]["order_id"].to_list()
    ['a']
    """
    return {name: _close_table(name, rows, as_of) for name, rows in tables.items()}


def _close_table(name: str, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    past = rows.filter(is_known_before(rows, as_of))
    if "superseded_at" in rows.columns:
        superseded = pl.col("superseded_at")
        past = past.with_columns(pl.when(superseded < as_of).then(superseded))
    clock, columns = COMES_TRUE.get(name, ("", ()))
    if clock not in rows.columns:
        return past
    names = [column for column in (*columns, clock) if column in rows.columns]
    is_known = pl.col(clock) < as_of
    return past.with_columns(pl.when(is_known).then(pl.col(column)) for column in names)
