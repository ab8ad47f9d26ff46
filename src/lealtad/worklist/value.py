"""What the company stands to lose with a customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.definition import Value


def value_at_stake(orders: pl.DataFrame, as_of: datetime, value: Value, horizon_days: int) -> pl.DataFrame:
    """Return the margin each customer would bring in the horizon if they went on as before.

    Parameters
    ----------
    orders
        Orders of the contract with `known_at`; only those known before `as_of` count.
    value
        How far to look back, and the margin per amount of orders that state no margin.

    Returns
    -------
    `customer_id, value_at_stake` (the company's currency): margin of the orders in the `lookback_days` before
    `as_of`, per day, times the horizon; never below 0. Customers without an order in that time are absent.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.definition import Value
    >>> day = datetime(2026, 1, 1, tzinfo=UTC)
    >>> orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [day], "known_at": [day], "amount": [80.0]})
    >>> february = datetime(2026, 2, 1, tzinfo=UTC)
    >>> value_at_stake(orders, february, Value(margin_rate=0.25, lookback_days=56), 28).row(0)
    ('a', 10.0)
    """
    start = as_of - timedelta(days=value.lookback_days)
    recent = orders.filter(
        pl.col("known_at") < as_of, pl.col("ordered_at").is_between(start, as_of, closed="left")
    )
    assumed = pl.col("amount") * value.margin_rate
    margin = pl.coalesce("margin", assumed) if "margin" in orders.columns else assumed
    earned = recent.group_by("customer_id").agg(margin.sum().clip(lower_bound=0).alias("value_at_stake"))
    return earned.with_columns(pl.col("value_at_stake") * horizon_days / value.lookback_days).sort("customer_id")
