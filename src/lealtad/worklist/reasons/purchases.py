"""A customer's own purchases behind a reason: the last one, the usual interval, and the previous window."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.worklist.reasons.amount import format_time
from lealtad.worklist.reasons.days import format_day, name_day

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.base.language import Language

_IN_WINDOW = re.compile(r"(orders|shopping_days|active_weeks|amount|items|order_trend)_(\d+)d")
_SILENCES = ("days_since_order", "silence", "silence_of_usual")
_YEAR = timedelta(days=364)
_SECONDS_OF_DAY = 86_400
_DAY, _DAYS_FROM = {"en": "day", "es": "día"}, 1.5  # "used to every day"
_LEAST_GAPS = 3  # within a year; fewer are not a rhythm
_BELOW = 0.75  # ratio above which a difference is not worth mentioning
_AT = pl.col("ordered_at")


def describe_purchases(
    orders: pl.DataFrame, column: str, as_of: datetime, language: Language, zone: str
) -> dict[str, str]:
    """Return what the customer's own purchases add to a sentence about them.

    Parameters
    ----------
    orders
        The customer's orders that were known before the list; returns are left out.

    Returns
    -------
    By name, each only if it is known and relevant: `last_purchase` and `bought_on` (its day), `quiet` (time
    since), `rhythm` (median time between a year's purchases, if the silence is much longer), `now` and `before`
    (the feature's count in its window and in the equally long time before, if it fell).
    """
    match = _IN_WINDOW.fullmatch(column)
    if (match is None and column not in _SILENCES) or orders.is_empty():
        return {}
    if "is_return" in orders.columns:
        orders = orders.filter(~pl.col("is_return").fill_null(value=False))
    orders = orders.filter(as_of > _AT).sort("ordered_at")
    if orders.is_empty():
        return {}
    details = _describe_silence(orders["ordered_at"], as_of, language, zone)
    if match is not None:
        details |= _compare_windows(orders, match[1], timedelta(days=int(match[2])), as_of, language)
    return details


def says_nothing_bought(column: str, value: float) -> bool:
    """Return whether a value of a feature means that nothing was bought recently, whatever the window.

    Examples
    --------
    >>> says_nothing_bought("orders_28d", 0.0), says_nothing_bought("silence", 8.3)
    (True, True)
    >>> says_nothing_bought("orders_28d", 2.0), says_nothing_bought("tickets_28d", 0.0)
    (False, False)
    """
    return column in _SILENCES or (value == 0 and _IN_WINDOW.fullmatch(column) is not None)


def _describe_silence(moments: pl.Series, as_of: datetime, language: Language, zone: str) -> dict[str, str]:
    last: datetime = moments[-1]
    quiet = (as_of - last) / timedelta(days=1)
    details = {
        "last_purchase": name_day(last, as_of, language, zone),
        "bought_on": format_day(last, as_of, language, zone),
        "quiet": format_time(quiet, language),
    }
    gaps = moments.filter(moments > as_of - _YEAR).diff().drop_nulls()
    if len(gaps) >= _LEAST_GAPS:
        usual = float(np.median(gaps.dt.total_seconds().to_numpy())) / _SECONDS_OF_DAY
        if 1 <= usual < _BELOW * quiet:
            details["rhythm"] = _DAY[language.code] if usual < _DAYS_FROM else format_time(round(usual), language)
    return details


def _compare_windows(
    orders: pl.DataFrame, name: str, window: timedelta, as_of: datetime, language: Language
) -> dict[str, str]:
    """Count purchases in the window and before it; empty without earlier purchases, or if they did not fall."""
    window_start = as_of - window
    if orders["ordered_at"][0] > window_start - window:
        return {}
    now = _measure(orders.filter(window_start < _AT), name, as_of)
    before = _measure(orders.filter((window_start - window < _AT) & (window_start >= _AT)), name, as_of)
    if now is None or before is None or now >= _BELOW * before:
        return {}
    write = language.money if name == "amount" else lambda value: language.number(round(value))
    return {"now": write(now), "before": write(before)}


def _measure(orders: pl.DataFrame, name: str, as_of: datetime) -> float | None:
    if name == "shopping_days":
        return float(orders["ordered_at"].dt.date().n_unique())
    if name == "active_weeks":
        return float(orders.select(((as_of - _AT) / timedelta(days=7)).floor().n_unique()).item())
    if name in {"amount", "items"}:
        return float(orders[name].sum()) if name in orders.columns else None
    return float(orders.height)
