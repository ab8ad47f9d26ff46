"""Tickets: what customers ask for help with, how long they wait, and what still waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.examples.features.engine.facts import DAY, divide
from lealtad.examples.features.families.journey import FIRST_MONTH
from lealtad.examples.features.feature import feature
from lealtad.examples.features.streams.in_force import NONE
from lealtad.examples.features.streams.tickets import PRIORITIES
from lealtad.examples.features.units import DAYS, HOURS, REPLIES, SHARE, TICKETS, TIMES

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

_OPEN, _BEGUN = pl.col("is_open"), pl.col("sign") > 0
_IN_TIME, _MOST_DOUBLINGS = 4.0, 3.0  # business hours; a wait eight times as long is as bad as a wait can be
_NO_REPLY, _NO_SOLUTION = "no first reply in the window", "no ticket solved in the window"


@feature(source="tickets_opened", unit=TICKETS, about="tickets", windows=(28, 91, 364))
def tickets(facts: Facts, window: int) -> Matrix:
    """Tickets opened in the window, those counted that were not merged, deleted or spam (count)."""
    return facts.sum("sign", window)


@feature(
    source="tickets_opened",
    unit=TICKETS,
    about="tickets",
    variants=PRIORITIES,
    column="{}_tickets_182d",
    reads=(182,),
    needs=("priority",),
)
def tickets_by_priority(facts: Facts, priority: str) -> Matrix:
    """Tickets of a priority opened in the last 182 days (count)."""
    return facts.sum("sign", 182, where=pl.col("priority") == priority)


@feature(
    source="tickets_opened",
    unit=TIMES,
    about="tickets",
    windows=(91,),
    reads=(182,),
    null="no ticket in the time before",
)
def ticket_trend(facts: Facts, window: int) -> Matrix:
    """Tickets of the window over those of the equally long time before it (times)."""
    now = facts.sum("sign", window)
    return divide(now, facts.sum("sign", 2 * window) - now)


@feature(source="tickets_opened", unit=DAYS, about="tickets", null="no ticket yet")
def days_since_ticket(facts: Facts) -> Matrix:
    """Time since the newest ticket was opened (days)."""
    return facts.days_since(where=_BEGUN)


@feature(source="tickets_opened", unit=TICKETS, about="open tickets", actionable=True, risk="rises")
def open_tickets(facts: Facts) -> Matrix:
    """Tickets that are open at the as-of date (count)."""
    return facts.sum("sign", where=_OPEN)


@feature(source="tickets_opened", unit=TICKETS, about="open tickets", reads=(7,), actionable=True, risk="rises")
def old_open_tickets(facts: Facts) -> Matrix:
    """Tickets that are open at the as-of date and were opened more than 7 days before it (count)."""
    return facts.sum("sign", where=_OPEN) - facts.sum("sign", 7, where=_OPEN)


@feature(source="tickets_opened", unit=TICKETS, about="open tickets", needs=("priority",))
def open_pressing_tickets(facts: Facts) -> Matrix:
    """Tickets of high or urgent priority that are open at the as-of date (count)."""
    return facts.sum("sign", where=_OPEN & pl.col("priority").is_in(["high", "urgent"]))


@feature(
    source="oldest_open_ticket",
    unit=DAYS,
    about="open tickets",
    null="no ticket is open",
    actionable=True,
    risk="rises",
)
def oldest_open_ticket_days(facts: Facts) -> Matrix:
    """Age of the oldest ticket that is open at the as-of date (days)."""
    return _age(facts) / DAY


@feature(
    source="oldest_unanswered_ticket",
    unit=HOURS,
    about="first reply",
    null="no ticket waits for a reply",
    actionable=True,
    risk="rises",
)
def waiting_hours(facts: Facts) -> Matrix:
    """Age of the oldest open ticket without a first reply; a wait not ended, in calendar hours (hours)."""
    return _age(facts) / DAY * 24


@feature(
    source="tickets_opened",
    unit=SHARE,
    about="open tickets",
    windows=(91, 364),
    null="no ticket opened in the window",
    actionable=True,
)
def unresolved_share(facts: Facts, window: int) -> Matrix:
    """Share of the tickets opened in the window that are open at the as-of date (share)."""
    return divide(facts.sum("sign", window, where=_OPEN), facts.sum("sign", window))


@feature(
    source="tickets_opened",
    unit=SHARE,
    about="solutions",
    windows=(364,),
    null="no ticket opened in the window is solved",
)
def one_touch_share(facts: Facts, window: int) -> Matrix:
    """Share of the window's solved tickets that took one reply at most and did not come back (share)."""
    solved = facts.sum("sign", window, where=~_OPEN | pl.col("came_back"))
    return divide(facts.sum("sign", window, where=pl.col("one_touch")), solved)


@feature(
    source="first_replies", unit=HOURS, about="first reply", windows=(91, 364), null=_NO_REPLY, actionable=True
)
def first_reply_hours(facts: Facts, window: int) -> Matrix:
    """Mean calendar hours from creation to a first public reply by a person, of replies of the window (hours)."""
    return _mean(facts, "hours", window)


@feature(
    source="first_replies", unit=HOURS, about="first reply", windows=(91, 364), null=_NO_REPLY, actionable=True
)
def first_reply_business_hours(facts: Facts, window: int) -> Matrix:
    """Mean business hours from creation to a first public reply by a person, of replies of the window (hours)."""
    return _mean(facts, "business_hours", window)


@feature(source="first_replies", unit=HOURS, about="first reply", windows=(364,), null=_NO_REPLY, actionable=True)
def slowest_first_reply_hours(facts: Facts, window: int) -> Matrix:
    """Longest wait for a first reply of the window, in calendar hours (hours)."""
    return facts.maximum("hours", window, where=_BEGUN)


@feature(source="first_replies", unit=HOURS, about="first reply", null="no first reply yet", actionable=True)
def last_first_reply_hours(facts: Facts) -> Matrix:
    """Wait for the newest first reply, in calendar hours (hours)."""
    return facts.last("hours", where=_BEGUN)


@feature(source="first_replies", unit=TIMES, about="first reply", windows=(28, 56), actionable=True, risk="rises")
def recent_slow_replies(facts: Facts, window: int) -> Matrix:
    """Doublings of first waits over 4 business hours, at most 3 each, halved every `window` days since (times)."""
    doublings = (pl.col("business_hours") / _IN_TIME).clip(1.0, 2.0**_MOST_DOUBLINGS).log(2.0)
    return facts.decaying_sum(window, (pl.col("sign") * doublings).alias("slow"))


@feature(
    source="late_replies",
    unit=REPLIES,
    about="promises",
    windows=(91, 364),
    needs=("priority",),
    actionable=True,
    risk="rises",
)
def late_replies(facts: Facts, window: int) -> Matrix:
    """Tickets whose promised first reply was due in the window and came late, or has not come (count)."""
    return facts.sum("sign", window)


@feature(source="late_replies", unit=DAYS, about="promises", needs=("priority",), null="no late reply yet")
def days_since_late_reply(facts: Facts) -> Matrix:
    """Time since a first reply was due that came late, or has not come (days)."""
    return facts.days_since(where=_BEGUN)


@feature(source="solutions", unit=HOURS, about="solutions", windows=(91, 364), null=_NO_SOLUTION, actionable=True)
def resolution_hours(facts: Facts, window: int) -> Matrix:
    """Mean calendar hours from creation to the last solution, of tickets solved in the window (hours)."""
    return _mean(facts, "hours", window)


@feature(source="solutions", unit=HOURS, about="solutions", windows=(364,), null=_NO_SOLUTION, actionable=True)
def resolution_business_hours(facts: Facts, window: int) -> Matrix:
    """Mean business hours from creation to the last solution, of tickets solved in the window (hours)."""
    return _mean(facts, "business_hours", window)


@feature(source="solutions", unit=HOURS, about="solutions", windows=(364,), null=_NO_SOLUTION)
def slowest_resolution_hours(facts: Facts, window: int) -> Matrix:
    """Longest wait for a solution of the window, in calendar hours (hours)."""
    return facts.maximum("hours", window, where=_BEGUN)


@feature(source="solutions", unit=DAYS, about="solutions", null="no ticket solved yet")
def days_since_solution(facts: Facts) -> Matrix:
    """Time since a ticket was last solved (days)."""
    return facts.days_since(where=_BEGUN)


@feature(source="reopenings", unit=TICKETS, about="reopening", windows=(91, 364), actionable=True, risk="rises")
def reopened_tickets(facts: Facts, window: int) -> Matrix:
    """Tickets last reopened in the window (count)."""
    return facts.sum("sign", window)


@feature(source="reopenings", unit=TICKETS, about="reopening", windows=(28, 56), actionable=True, risk="rises")
def recent_reopenings(facts: Facts, window: int) -> Matrix:
    """Tickets reopened so far, each halved for every `window` days since it last was (count)."""
    return facts.decaying_sum(window, "sign")


@feature(source="tickets_opened", unit=TICKETS, about="first tickets")
def first_month_tickets(facts: Facts) -> Matrix:
    """Tickets opened in the first 30 days as a customer, as far as they have passed (count)."""
    return facts.sum("sign", where=FIRST_MONTH)


@feature(source="tickets_opened", unit=TICKETS, about="first tickets", windows=(112,))
def recent_first_month_tickets(facts: Facts, window: int) -> Matrix:
    """Tickets of the first 30 days as a customer, each halved for every `window` days since (count)."""
    return facts.decaying_sum(window, "sign", where=FIRST_MONTH)


def _mean(facts: Facts, what: str, window: int) -> Matrix:
    """Average what is in force: what was taken back is left out."""
    n = facts.sum("sign", window)
    return divide(facts.sum((pl.col("sign") * pl.col(what)).alias(what), window), np.maximum(n, 0))


def _age(facts: Facts) -> Matrix:
    """Time since the moment in force, in microseconds; NaN where none is."""
    at = facts.last("opened_at")
    return np.where(at == NONE, np.nan, facts.grid.as_of[None, :] - at)
