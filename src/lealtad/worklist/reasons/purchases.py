"""A customer's own purchases behind a reason: the last one, the usual interval, and the previous window."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from lealtad.worklist.reasons.amount import format_time
from lealtad.worklist.reasons.days import format_day, name_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.base.language import Language

    Order = Mapping[str, Any]

_IN_WINDOW = re.compile(r"(orders|shopping_days|active_weeks|amount|items|order_trend)_(\d+)d")
_SILENCES = ("days_since_order", "silence", "silence_of_usual")
_YEAR = timedelta(days=364)
_SECONDS_OF_DAY = 86_400
_DAY, _DAYS_FROM = {"en": "day", "es": "día"}, 1.5  # "used to every day"
_LEAST_GAPS = 3  # within a year; fewer are not a rhythm
_BELOW = 0.75  # ratio above which a difference is not worth mentioning


def describe_purchases(
    orders: Sequence[Order], column: str, as_of: datetime, language: Language, zone: str
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
    if match is None and column not in _SILENCES:
        return {}
    bought = [order for order in orders if not order.get("is_return") and order["ordered_at"] < as_of]
    bought.sort(key=_find_moment)
    if not bought:
        return {}
    details = _describe_silence([_find_moment(order) for order in bought], as_of, language, zone)
    if match is not None:
        details |= _compare_windows(bought, match[1], timedelta(days=int(match[2])), as_of, language)
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


def _find_moment(order: Order) -> datetime:
    moment: datetime = order["ordered_at"]
    return moment


def _describe_silence(
    moments: Sequence[datetime], as_of: datetime, language: Language, zone: str
) -> dict[str, str]:
    last = moments[-1]
    quiet = (as_of - last) / timedelta(days=1)
    details = {
        "last_purchase": name_day(last, as_of, language, zone),
        "bought_on": format_day(last, as_of, language, zone),
        "quiet": format_time(quiet, language),
    }
    recent = [moment for moment in moments if moment > as_of - _YEAR]
    gaps = [later - earlier for earlier, later in pairwise(recent)]
    if len(gaps) >= _LEAST_GAPS:
        usual = median(gap // timedelta(seconds=1) for gap in gaps) / _SECONDS_OF_DAY
        if 1 <= usual < _BELOW * quiet:
            details["rhythm"] = _DAY[language.code] if usual < _DAYS_FROM else format_time(round(usual), language)
    return details


def _compare_windows(
    orders: Sequence[Order], name: str, window: timedelta, as_of: datetime, language: Language
) -> dict[str, str]:
    """Count purchases in the window and before it; empty without earlier purchases, or if they did not fall."""
    window_start = as_of - window
    if _find_moment(orders[0]) > window_start - window:
        return {}
    now = _measure([order for order in orders if window_start < _find_moment(order)], name, as_of)
    earlier = [order for order in orders if window_start - window < _find_moment(order) <= window_start]
    before = _measure(earlier, name, as_of)
    if now is None or before is None or now >= _BELOW * before:
        return {}
    write = language.money if name == "amount" else lambda value: language.number(round(value))
    return {"now": write(now), "before": write(before)}


def _measure(orders: Sequence[Order], name: str, as_of: datetime) -> float | None:
    if name == "shopping_days":
        return float(len({_find_moment(order).date() for order in orders}))
    if name == "active_weeks":
        return float(len({(as_of - _find_moment(order)) // timedelta(days=7) for order in orders}))
    if name in {"amount", "items"}:
        known = [order[name] for order in orders if order.get(name) is not None]
        return float(sum(known)) if known or not orders else None
    return float(len(orders))
