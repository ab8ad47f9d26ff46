"""Value at stake: the margin that the company would lose with a customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.repeats import drop_repeats
from lealtad.kpis.spells import build_spells, select_active_spells
from lealtad.sources.contract.returns import sign_returns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lealtad.company.model_settings import CustomerValue

_MONTHS_A_DAY = 12 / 365.25
NO_VALUES = pl.DataFrame(schema={"customer_id": pl.String, "value_at_stake": pl.Float64})


def compute_value_at_stake(
    tables: Mapping[str, pl.DataFrame], as_of: datetime, value: CustomerValue, days_staying: float
) -> pl.DataFrame:
    """Return the margin that each customer would bring by staying, one row per customer.

    Parameters
    ----------
    tables
        `subscriptions` and `orders` of the contract as known before `as_of`, with `known_at`; either may be
        absent.
    value
        Lookback window, margin rate if an amount has no margin, and horizon of the decision.
    days_staying
        Days of that horizon for which a customer stays on average; see `compute_days_staying`.

    Returns
    -------
    `customer_id, value_at_stake` (the company's currency): margin a day times `days_staying`. The daily margin is
    that of the contracts in force and of the orders in the `lookback_days`, minus that of returns, whatever their
    sign. A contract counts with its monthly amount times the margin rate, and 0 while paused. The daily margin is
    never below 0. Customers with neither contracts nor orders are absent, because their value is unknown.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.company.model_settings import CustomerValue
    >>> day = datetime(2026, 1, 1, tzinfo=UTC)
    >>> orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [day], "known_at": [day], "amount": [80.0]})
    >>> february = datetime(2026, 2, 1, tzinfo=UTC)
    >>> value = CustomerValue(margin_rate=0.25, lookback_days=56)
    >>> compute_value_at_stake({"orders": orders}, february, value, 28).row(0)
    ('a', 10.0)
    """
    earned = [NO_VALUES.rename({"value_at_stake": "a_day"})]
    if "subscriptions" in tables:
        earned.append(_value_contracts(tables["subscriptions"], as_of, value))
    if "orders" in tables:
        earned.append(_value_orders(tables["orders"], as_of, value))
    total = pl.concat(earned).group_by("customer_id").agg(pl.col("a_day").sort().sum().clip(lower_bound=0))
    worth = (pl.col("a_day") * days_staying).alias("value_at_stake")
    return total.select("customer_id", worth).sort("customer_id")


def compute_days_staying(churn: float, horizon_days: float, decision_days: float) -> float:
    """Return for how many of the coming days a customer stays on average, at a constant churn rate.

    Parameters
    ----------
    churn
        Probability of churn within `horizon_days`, averaged over all customers, since a saved customer is like any
        other.

    Notes
    -----
    The integral of `(1 - churn) ** (t / horizon_days)` over the decision's days.

    Examples
    --------
    >>> compute_days_staying(0.0, 28, 364)
    364.0
    >>> round(compute_days_staying(0.02, 28, 364), 1)
    320.1
    """
    from math import expm1, log1p

    rate = -log1p(-min(churn, 0.999)) / horizon_days
    return float(decision_days) if rate == 0 else float(-expm1(-rate * decision_days) / rate)


def _value_contracts(subscriptions: pl.DataFrame, as_of: datetime, value: CustomerValue) -> pl.DataFrame:
    if "amount_monthly" not in subscriptions.columns:
        return NO_VALUES.rename({"value_at_stake": "a_day"})
    # a start without an amount leaves the contract's margin unknown, but nothing else
    spells = select_active_spells(build_spells(subscriptions, as_of, paid=True), as_of).drop_nulls(
        "amount_monthly"
    )
    # amounts are sorted so that their sums are bit-identical whatever the order of the rows
    a_day = pl.col("amount_monthly").sort().sum() * (value.margin_rate * _MONTHS_A_DAY)
    return spells.group_by("customer_id").agg(a_day.alias("a_day"))


def _value_orders(orders: pl.DataFrame, as_of: datetime, value: CustomerValue) -> pl.DataFrame:
    start = as_of - timedelta(days=value.lookback_days)
    recent = sign_returns(drop_repeats(orders, "orders")).filter(
        pl.col("known_at") < as_of, pl.col("ordered_at").is_between(start, as_of, closed="left")
    )
    assumed = pl.col("amount") * value.margin_rate
    margin = pl.coalesce("margin", assumed) if "margin" in orders.columns else assumed
    return recent.group_by("customer_id").agg((margin.sort().sum() / value.lookback_days).alias("a_day"))
