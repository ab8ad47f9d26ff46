"""Rhythm: how often and how regularly a customer buys (returns left out), and how long it has been."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.examples.features.engine.facts import DAY, divide
from lealtad.examples.features.feature import feature
from lealtad.examples.features.units import AS_OFTEN, DAYS, NUMBER, OF_USUAL, ORDERS, SHARE, WEEKS

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

# what is assumed of a customer before the first purchase: one shopping day in 60, and the odds of going on
_PRIOR_DAYS, _PRIOR_AGE, _PRIOR_STOPS = 1.0, 60.0, 2.5
GAP, NEW_DAY = pl.col("gap"), pl.col("new_day")


@feature(source="orders", unit=ORDERS, about="frequency", windows=(7, 14, 28, 56, 84, 112), risk="falls")
def orders(facts: Facts, window: int) -> Matrix:
    """Orders placed in the window (count)."""
    return facts.count(window)


@feature(source="orders", unit=DAYS, about="frequency", windows=(28, 56, 112))
def shopping_days(facts: Facts, window: int) -> Matrix:
    """Different calendar days (UTC) with an order in the window (days)."""
    return facts.count(window, where=NEW_DAY)


@feature(source="orders", unit=WEEKS, about="frequency", windows=(56, 112), reads=tuple(range(7, 112, 7)))
def active_weeks(facts: Facts, window: int) -> Matrix:
    """Weeks counted back from the as-of date with an order in them (weeks)."""
    weeks = [facts.count(days) for days in range(7, window + 1, 7)]
    bought = np.diff(np.stack([np.zeros_like(weeks[0]), *weeks]), axis=0) > 0
    return np.asarray(bought.sum(axis=0), dtype=np.float64)


@feature(source="orders", unit=DAYS, about="recency", risk="rises", null="no order yet")
def days_since_order(facts: Facts) -> Matrix:
    """Time since the newest order (days)."""
    return facts.days_since()


@feature(
    source="orders",
    unit=DAYS,
    about="pace",
    variants=(3, 5, 8, 12),
    column="days_for_last_{}_orders",
    null="fewer orders than that",
)
def days_for_last_orders(facts: Facts, orders: int) -> Matrix:
    """Time since the third, fifth, eighth or twelfth newest order (days)."""
    return facts.days_since(orders)


@feature(source="orders", unit=DAYS, about="cadence", windows=(56, 112), null="fewer than 2 orders")
def gap(facts: Facts, window: int) -> Matrix:
    """Mean time between an order of the window and the one before it (days)."""
    return facts.mean("gap", window) / DAY


@feature(source="orders", unit=DAYS, about="regularity", windows=(56, 112), null="fewer than 2 orders")
def gap_spread(facts: Facts, window: int) -> Matrix:
    """Spread (standard deviation) of the time between orders of the window (days)."""
    return facts.spread("gap", window) / DAY


@feature(source="orders", unit=DAYS, about="cadence", null="fewer than 2 orders")
def own_gap(facts: Facts) -> Matrix:
    """Mean time between orders over the whole history: the customer's own cadence (days)."""
    return facts.mean("gap") / DAY


@feature(source="orders", unit=OF_USUAL, about="recency", reads=(112,), risk="rises", null="fewer than 2 orders")
def silence(facts: Facts) -> Matrix:
    """Time since the newest order over the customer's own mean gap of the last 112 days (times)."""
    return divide(facts.days_since(), np.maximum(facts.mean("gap", 112) / DAY, 0.5))


@feature(
    source="orders",
    unit=ORDERS,
    about="regularity",
    variants=(7, 14, 28),
    column="returns_after_{}_days_112d",
    reads=(112,),
)
def returns_after_a_break(facts: Facts, days: int) -> Matrix:
    """Orders of the last 112 days that came more than that many days after the one before (count)."""
    return facts.count(112, where=days * DAY < GAP)


@feature(
    source="orders",
    unit=SHARE,
    about="regularity",
    variants=(7, 14),
    column="share_after_{}_days",
    null="no order yet",
)
def share_after_a_break(facts: Facts, days: int) -> Matrix:
    """Share of all orders that came more than that many days after the one before (share)."""
    return divide(facts.count(where=days * DAY < GAP), facts.count())


@feature(source="orders", unit=ORDERS, about="frequency", windows=(7, 14, 28, 56))
def recent_orders(facts: Facts, window: int) -> Matrix:
    """Orders so far, each halved for every `window` days since it was placed (count)."""
    return facts.decaying_sum(half_life=window)


@feature(source="orders", unit=DAYS, about="frequency", windows=(14, 28, 84))
def recent_shopping_days(facts: Facts, window: int) -> Matrix:
    """Calendar days (UTC) with an order so far, each halved for every `window` days since (days)."""
    return facts.decaying_sum(window, NEW_DAY.cast(pl.Float64))


@feature(
    source="orders",
    unit=AS_OFTEN,
    about="trend",
    windows=(28, 56),
    reads=(112,),
    risk="falls",
    null="no order in the time before",
)
def order_trend(facts: Facts, window: int) -> Matrix:
    """Orders of the window over those of the equally long time before it (times)."""
    return divide(facts.count(window), facts.count(2 * window) - facts.count(window))


@feature(source="orders", unit=DAYS, about="cadence", windows=(364,), null="fewer than 2 orders")
def usual_gap(facts: Facts, window: int) -> Matrix:
    """Median time between orders of the window (days)."""
    return facts.quantile("gap", 0.5, window) / DAY


@feature(source="orders", unit=DAYS, about="regularity", windows=(364,), null="fewer than 2 orders")
def usual_gap_spread(facts: Facts, window: int) -> Matrix:
    """Range of the middle half of the times between orders of the window (days)."""
    return (facts.quantile("gap", 0.75, window) - facts.quantile("gap", 0.25, window)) / DAY


@feature(source="orders", unit=OF_USUAL, about="recency", reads=(364,), null="fewer than 2 orders", risk="rises")
def silence_of_usual(facts: Facts) -> Matrix:
    """Time since the newest order over the customer's own median gap of the last 364 days (times)."""
    return divide(facts.days_since(), np.maximum(facts.quantile("gap", 0.5, 364) / DAY, 0.5))


@feature(source="orders", unit=AS_OFTEN, about="trend", reads=(91, 364), null="no order in the last 364 days")
def pace_of_year(facts: Facts) -> Matrix:
    """Orders of the last 91 days, times four, over those of the last 364 days (times)."""
    return divide(4 * facts.count(91), facts.count(364))


@feature(source="orders", unit=ORDERS, about="cadence", null="no order yet")
def expected_orders(facts: Facts) -> Matrix:
    """Shopping days of the next 28 days at the customer's own pace so far, drawn to one in 60 days (count)."""
    days, age = facts.count(where=NEW_DAY), facts.days_since_first()
    return 28 * (days + _PRIOR_DAYS - 1) / (age + _PRIOR_AGE)


@feature(source="orders", unit=OF_USUAL, about="recency", risk="rises", null="no order yet")
def silence_in_own_rhythm(facts: Facts) -> Matrix:
    """Time since the newest order over the customer's own time between shopping days, drawn to 60 days (times)."""
    days, silence = facts.count(where=NEW_DAY), facts.days_since()
    active = facts.days_since_first() - silence
    return silence * (days + _PRIOR_DAYS - 1) / (active + _PRIOR_AGE)


@feature(source="orders", unit=NUMBER, about="recency", risk="falls", null="no order yet")
def still_buying(facts: Facts) -> Matrix:
    """Log-odds that the customer has not stopped, by shopping days, their span and the silence since (number)."""
    # the modified BG/NBD model, by which a customer of one purchase may have stopped too; a weak prior stands in
    # for one that is fitted to all customers
    repeats, silence = facts.count(where=NEW_DAY) - 1, facts.days_since()
    active = facts.days_since_first() - silence
    longer = np.log((active + silence + _PRIOR_AGE) / (active + _PRIOR_AGE))
    return np.asarray(np.log(repeats + _PRIOR_STOPS) - (repeats + _PRIOR_DAYS) * longer)
