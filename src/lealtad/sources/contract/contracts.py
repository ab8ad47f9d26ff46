"""A flat list of contracts, one row per contract, unfolded into the changes of each contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.conversion import convert_column
from lealtad.sources.contract.flat_tables import CONTRACTS
from lealtad.sources.contract.intervals import express_monthly_amount
from lealtad.sources.contract.unfolding import FROM

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.sources.contract.reading import Reading

_EVENTS = (("start", "started_at"), ("cancel_request", "cancel_requested_at"), ("end", "ended_at"))
_READ = ("started_at", "ended_at", "cancel_requested_at", "period_end", "term_end", "ends_with_period")
_AMOUNTS = ("amount", "interval", "interval_count", "quantity")
_OF_THE_END = ("voluntary",)
_OF_THE_START = ("term_end",)


def unfold_contracts(contracts: pl.DataFrame, reading: Reading, loaded_at: datetime) -> pl.DataFrame:
    """Return the `subscriptions` events that rows of `contracts` represent, in the order of the rows.

    A contract starts, its cancellation may be requested, and it ends. An end after the load is a term, not yet an
    end. If `ends_with_period` is true, a request ends the contract with the paid period. `amount` is the price per
    interval of each of `quantity`, and is converted to a monthly amount; `amount_monthly` takes precedence.

    Parameters
    ----------
    loaded_at
        Time of the load (UTC).

    Returns
    -------
    Columns of `subscriptions`, and `_row`, the position of the contract in the given rows.
    """
    typed = _convert_columns(contracts, reading).with_row_index(FROM)
    typed = _resolve_end(typed, loaded_at)
    times = [name for name in _READ if name in typed.columns]
    parts = [
        typed.filter(pl.col(time).is_not_null() | (pl.lit(event) == "start"))
        .with_columns(
            pl.lit(event).alias("event"),
            pl.col(time).alias("occurred_at"),
            pl.lit(place).alias("_place"),
            *_null_unless(typed, _OF_THE_END, event == "end"),
            *_null_unless(typed, _OF_THE_START, event == "start"),
        )
        .drop([name for name in times if name not in _OF_THE_START])
        for place, (event, time) in enumerate(_EVENTS)
        if time in typed.columns
    ]
    return pl.concat(parts).sort(FROM, "_place").drop("_place")


def _null_unless(rows: pl.DataFrame, names: tuple[str, ...], holds: bool) -> list[pl.Expr]:
    return [pl.lit(None, rows.schema[name]).alias(name) for name in names if name in rows.columns and not holds]


def _convert_columns(contracts: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Convert the columns used in the computation; unreadable cells become values that the contract rejects."""
    columns = {column.name: column for column in CONTRACTS.columns if column.name in contracts.columns}
    read = [
        convert_column(columns[name], contracts.schema[name], reading).alias(name)
        for name in _READ
        if name in columns
    ]
    amounts = [name for name in _AMOUNTS if name in columns]
    typed = contracts.with_columns(*read)
    if "amount" not in columns:
        return typed.drop(amounts)
    amount = express_monthly_amount(contracts, columns, reading)
    if "amount_monthly" in columns:
        monthly = convert_column(columns["amount_monthly"], contracts.schema["amount_monthly"], reading)
        amount = pl.coalesce(monthly, amount)
    return typed.with_columns(contracts.select(amount.alias("amount_monthly"))).drop(amounts)


def _resolve_end(typed: pl.DataFrame, loaded_at: datetime) -> pl.DataFrame:
    if {"ends_with_period", "period_end", "cancel_requested_at"} <= set(typed.columns):
        planned = pl.col("ends_with_period") & pl.col("cancel_requested_at").is_not_null()
        by_period = pl.when(planned.fill_null(value=False)).then("period_end")
        ended = pl.coalesce("ended_at", by_period) if "ended_at" in typed.columns else by_period
        typed = typed.with_columns(ended.alias("ended_at"))
    if "ended_at" not in typed.columns:
        return typed
    return typed.with_columns(pl.when(pl.col("ended_at") <= loaded_at).then("ended_at").alias("ended_at"))
