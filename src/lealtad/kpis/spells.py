"""Contracts as spells: from when until when each was active, and what it paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import polars as pl

from lealtad.base.errors import DataError
from lealtad.base.instants import INSTANT
from lealtad.kpis.frames import read_rows
from lealtad.kpis.repeats import drop_repeats
from lealtad.kpis.sharing import compute_once
from lealtad.kpis.view import select_known_facts
from lealtad.sources.contract.event_order import CONTRACT, STATE, order_events

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.kpis.frames import Frame

_NEEDED = ("subscription_id", "customer_id", "occurred_at", "event")
_KEY = "subscription_id"
REACHED_AT = "reached_at"

Spells = TypeVar("Spells", pl.DataFrame, pl.LazyFrame)


def build_spells(subscriptions: Frame, as_of: datetime | None, *, paid: bool = False) -> pl.DataFrame:
    """Return one row per contract and stretch without a change, as known before `as_of`.

    Parameters
    ----------
    paid
        Whether amounts are wanted.

    Returns
    -------
    `subscription_id, customer_id, from_at, until_at` (null while it lasts), `amount_monthly` (0 while paused,
    null if none was stated; only if `paid`), `source_zone` if given. A request to cancel ends nothing, and spells
    of no length are left out. Events of one instant are ordered by `order_events`. Without `as_of` planned changes
    are included. If `recorded_at` is given, `reached_at` states up to when the rows are known.

    Raises
    ------
    DataError
        If amounts are wanted and have no column.
    """
    return compute_once("spells", subscriptions, (as_of, paid), lambda: _build_spells(subscriptions, as_of, paid))


def _build_spells(subscriptions: Frame, as_of: datetime | None, paid: bool) -> pl.DataFrame:
    rows = read_rows(subscriptions, "subscriptions", _NEEDED)
    if paid and "amount_monthly" not in rows.columns:
        raise _build_amount_error()
    happened = select_known_facts(rows, "occurred_at", as_of).filter(pl.col("event") != "cancel_request")
    ordered = order_events(drop_repeats(happened, "subscriptions"), [_KEY], "occurred_at", CONTRACT)
    # the amount at the start of a contract applies from then on; without one it is unknown
    since_start = (pl.col("event") == "start").cum_sum().over(_KEY).alias("_start")
    stretches = ordered.with_columns(
        pl.col("occurred_at").alias("from_at"),
        pl.col("occurred_at").shift(-1).over(_KEY).alias("until_at"),
        *([since_start] if paid else []),
    )
    if paid:
        amount = pl.col("amount_monthly").forward_fill().over(_KEY, "_start")
        stretches = stretches.with_columns(
            pl.when(pl.col(STATE) == "paused").then(0.0).otherwise(amount).alias("amount_monthly")
        )
    lasting = pl.col("until_at").is_null() | (pl.col("until_at") > pl.col("from_at"))
    in_force = stretches.filter(pl.col(STATE).is_in(["active", "paused"]) & lasting)
    extra: list[str | pl.Expr] = [name for name in ("source_zone",) if name in rows.columns]
    if as_of is None and "recorded_at" in rows.columns:
        extra.append(_compute_reach(rows))
    return in_force.select(
        _KEY, "customer_id", "from_at", "until_at", *extra, *(["amount_monthly"] if paid else [])
    )


def select_active_spells(spells: Spells, instant: datetime) -> Spells:
    """Return the spells that had begun before an instant and had not ended before it."""
    return spells.filter(
        pl.col("from_at") < instant, pl.col("until_at").is_null() | (pl.col("until_at") >= instant)
    )


def _compute_reach(rows: pl.DataFrame) -> pl.Expr:
    """Express up to when the rows are known: a planned change counts from when it was recorded."""
    return pl.lit(rows.select(pl.coalesce("recorded_at", "occurred_at").max()).item(), INSTANT).alias(REACHED_AT)


def _build_amount_error() -> DataError:
    return DataError(
        table="subscriptions",
        column="amount_monthly",
        expected="a column with the monthly amounts",
        found="none",
        fix="Add the amounts; retention_rate counts customers and needs none.",
    )
