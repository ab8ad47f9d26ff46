"""First response time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.choice import check_choice
from lealtad.kpis.definitions import find_definition
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions
from lealtad.kpis.intervals import select_figures
from lealtad.kpis.tickets import build_tickets, read_events
from lealtad.kpis.view import read_view, select_window
from lealtad.kpis.waiting import STATISTICS, compute_hours_between, estimate_waiting_times, name_clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lealtad.company.calendar.business_calendar import BusinessCalendar
    from lealtad.kpis.frames import AnyFrame, Frame
    from lealtad.kpis.waiting import Statistic


def first_response_time(
    ticket_events: AnyFrame,
    *,
    as_of: date | None = None,
    by: Sequence[str] = (),
    window_days: float | None = None,
    statistic: Statistic = "median",
    business: BusinessCalendar | None = None,
    customers: Frame | None = None,
    touchpoints: Frame | None = None,
) -> AnyFrame:
    """Return the hours from creation to the first public reply by a human, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    as_of
        Events that happened and were known before this instant count; None counts all.
    by
        Dimensions: priority, channel, category, owner of the ticket, those of its touchpoint or customer,
        `week` or `month` of its creation.
    window_days
        Only tickets created in the last so many days before `as_of`.
    statistic
        "median" (the headline), "mean" (restricted to the longest wait seen) or "p90".
    business
        The company's calendar, for business hours; None for calendar hours.
    customers, touchpoints
        The tables that hold the dimensions.

    Returns
    -------
    The keys, `value` (hours), `n` tickets (those still waiting among them), `low, high` (95 %; null where
    unbounded), `definition`. Null where fewer tickets than the statistic needs were answered.

    Raises
    ------
    DataError
        If an event precedes the creation of its ticket.
    SettingsError
        If the statistic or a dimension is unknown, or its table is missing.

    Notes
    -----
    Kaplan-Meier: a ticket without a reply is censored at its age at `as_of` (None: at the last event), or at
    its solution if it was solved without one. Replies of bots, and private ones, are none; a ticket that an
    agent opened is answered by the second public reply.

    Examples
    --------
    >>> from datetime import datetime
    >>> events = pl.DataFrame({"ticket_id": ["t", "t"], "customer_id": ["a", "a"],
    ...     "occurred_at": [datetime(2026, 1, 5, 9), datetime(2026, 1, 5, 10, 30)],
    ...     "event": ["created", "agent_reply"]})
    >>> first_response_time(events).select("value", "n", "definition").row(0)
    (1.5, 1, 'first_response_time@1: median, calendar hours')
    """
    check_choice("statistic", statistic, STATISTICS)
    view = read_view(as_of, by, window_days, customers, touchpoints)
    rows = select_window(build_tickets(read_events(ticket_events), view.as_of), "created_at", view)
    units = add_dimensions(compute_first_responses(rows, business), view, "created_at")
    label = find_definition("first_response_time").label(statistic, name_clock(business))
    return convert_like(
        ticket_events, select_figures(estimate_waiting_times(units, view.by, statistic), view.by, label)
    )


def compute_first_responses(rows: pl.DataFrame, business: BusinessCalendar | None) -> pl.DataFrame:
    """Add `hours` waited for the first reply and whether the wait has `ended`."""
    # nobody waits for a reply on a ticket that is solved: its wait is censored there
    closed_at = pl.when(~pl.col("is_open")).then("last_solved_at")
    until = rows.with_columns(pl.coalesce("first_reply_at", closed_at, "seen_until").alias("until"))
    return until.with_columns(
        compute_hours_between(until, "created_at", "until", business),
        pl.col("first_reply_at").is_not_null().alias("ended"),
    )
