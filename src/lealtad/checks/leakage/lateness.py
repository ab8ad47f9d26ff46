"""Delayed facts: a fact recorded too late for a date must have the same effect as an absent fact."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.lake.future import is_known_before
from lealtad.sources.contract import STORED

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake.future import Tables

_FACTS = {table.name: table for table in STORED if table.event_time}
_LONGER = timedelta(days=30)


def delay(tables: Tables, as_of: datetime) -> dict[str, pl.DataFrame]:
    """Return the tables as if every second known fact had been recorded only at `as_of`; these must not count.

    Facts with several versions keep their clocks, since one version ends when the next is known.
    """
    return {name: _delay_rows(name, rows, as_of) for name, rows in tables.items()}


def withhold(tables: Tables, as_of: datetime) -> dict[str, pl.DataFrame]:
    """Return the tables without the facts that `delay` delays."""
    return {name: rows.filter(~_is_chosen(name, rows, as_of)) for name, rows in tables.items()}


def delay_further(tables: Tables, as_of: datetime) -> dict[str, pl.DataFrame]:
    """Return the tables as if every fact known at `as_of` or later had been recorded another thirty days later."""
    return {
        name: _set_known_at(rows, pl.col("known_at") + _LONGER, where=~is_known_before(rows, as_of))
        if name in _FACTS
        else rows
        for name, rows in tables.items()
    }


def _delay_rows(name: str, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    return (
        _set_known_at(rows, pl.lit(as_of, INSTANT), where=_is_chosen(name, rows, as_of))
        if name in _FACTS
        else rows
    )


def _is_chosen(name: str, rows: pl.DataFrame, as_of: datetime) -> pl.Expr:
    if name not in _FACTS:
        return pl.lit(value=False)
    key = [column for column in _FACTS[name].key if column in rows.columns]
    lone = pl.struct(key).is_unique()
    # by key, so that the order of the rows does not matter
    every_other = pl.struct(key).rank("dense") % 2 == 0
    return is_known_before(rows, as_of) & lone & every_other


def _set_known_at(rows: pl.DataFrame, moment: pl.Expr, where: pl.Expr) -> pl.DataFrame:
    clocks = [name for name in ("known_at", "recorded_at") if name in rows.columns]
    return rows.with_columns(pl.when(where).then(moment).otherwise(pl.col(name)).alias(name) for name in clocks)
