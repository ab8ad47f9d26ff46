"""Contracts as spells: from when until when each was active, and what it paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.errors import DataError
from lealtad.kpis.frames import rows_of
from lealtad.kpis.view import known

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.kpis.frames import Frame

_NEEDED = ("subscription_id", "customer_id", "occurred_at", "event")
_STATES = {"start": "active", "renew": "active", "resume": "active", "pause": "paused", "end": "ended"}
# at one instant a contract begins before it changes, and ends last
_ORDER = ("start", "resume", "renew", "change", "pause", "end")


def spells_of(subscriptions: Frame, as_of: datetime | None, *, paid: bool = False) -> pl.DataFrame:
    """Return one row per contract and stretch without a change, as known before `as_of`.

    Columns: `subscription_id, customer_id, from_at, until_at` (null while it lasts), `amount_monthly` (0
    while paused; only if `paid`), `source_zone` if given. A request to cancel ends nothing.

    Raises
    ------
    DataError
        If amounts are needed and absent.
    """
    rows = rows_of(subscriptions, "subscriptions", _NEEDED)
    if paid:
        _check_amounts(rows)
    happened = known(rows, "occurred_at", as_of).filter(pl.col("event") != "cancel_request")
    rank = pl.col("event").replace_strict(_ORDER, range(len(_ORDER)), return_dtype=pl.Int8)
    ordered = happened.with_columns(rank.alias("rank")).sort("subscription_id", "occurred_at", "rank", pl.all())
    state = pl.col("event").replace_strict(_STATES, default=None, return_dtype=pl.String)
    stretches = ordered.with_columns(
        # a change alone says the contract is alive
        state.forward_fill().over("subscription_id").fill_null("active").alias("state"),
        pl.col("occurred_at").alias("from_at"),
        pl.col("occurred_at").shift(-1).over("subscription_id").alias("until_at"),
        *([pl.col("amount_monthly").forward_fill().over("subscription_id")] if paid else []),
    )
    alive = stretches.filter(pl.col("state") != "ended")
    paying = pl.when(pl.col("state") == "paused").then(0.0).otherwise(pl.col("amount_monthly"))
    kept = ["subscription_id", "customer_id", "from_at", "until_at"]
    extra = [name for name in ("source_zone",) if name in rows.columns]
    return alive.select(*kept, *extra, *([paying.alias("amount_monthly")] if paid else []))


def active_at(spells: pl.DataFrame, instant: datetime) -> pl.DataFrame:
    """Return the spells that had begun before an instant and had not ended before it."""
    return spells.filter(
        pl.col("from_at") < instant, pl.col("until_at").is_null() | (pl.col("until_at") >= instant)
    )


def _check_amounts(rows: pl.DataFrame) -> None:
    started = rows.filter(pl.col("event") == "start")
    without = started.height if "amount_monthly" not in rows.columns else started["amount_monthly"].null_count()
    if without or "amount_monthly" not in rows.columns:
        raise DataError(
            table="subscriptions",
            column="amount_monthly",
            expected="the monthly amount of every start",
            found=f"{without} starts without",
            mend="Add the amounts; retention_rate counts customers and needs none.",
        )
