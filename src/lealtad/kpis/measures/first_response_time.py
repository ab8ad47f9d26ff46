"""First response time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from lealtad.kpis.arguments import check_choice
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions
from lealtad.kpis.intervals import select_figures
from lealtad.kpis.measure import KpiDefinition, Look, Measure, MeasureWords
from lealtad.kpis.shared_tickets import build_shared_tickets, read_shared_events
from lealtad.kpis.view import read_view, select_window
from lealtad.kpis.waiting import STATISTICS, compute_hours_between, estimate_waiting_times, name_clock

if TYPE_CHECKING:
    from lealtad.company.calendar.business_calendar import BusinessCalendar
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.measure import Conditions
    from lealtad.kpis.view import EventOptions
    from lealtad.kpis.waiting import Statistic

DEFINITION = KpiDefinition(
    "first_response_time",
    1,
    "hours from creation to the first public reply by a human agent (to the second where an agent "
    "opened the ticket), tickets created in the window; unanswered tickets are censored at their "
    "age, at their solution if they were solved without a reply; Kaplan-Meier",
)


def first_response_time(
    ticket_events: AnyFrame,
    *,
    statistic: Statistic = "median",
    business: BusinessCalendar | None = None,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the hours from creation to the first public reply by a human, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    statistic
        "median" (the headline), "mean" (restricted to the longest wait seen) or "p90".
    business
        The company's calendar, for business hours; None for calendar hours.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the creation. Priority, channel, category and owner of the ticket are dimensions too.

    Returns
    -------
    The keys, `value` (hours), `n` tickets (including those still waiting), `low, high` (95 %; null if unbounded),
    `definition`. Null if fewer tickets were answered than the statistic needs.

    Raises
    ------
    DataError
        If an event precedes the creation of its ticket.
    SettingsError
        If the statistic or a dimension is unknown, or its table is missing.

    Notes
    -----
    Kaplan-Meier: a ticket without a reply is censored at its age at `as_of` (None: at the last event). If it was
    solved without one, it is censored at its solution. Private replies and those of bots do not count. A ticket
    opened by an agent is answered by the second public reply.

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
    view = read_view(options)
    rows = select_window(build_shared_tickets(read_shared_events(ticket_events), view.as_of), "created_at", view)
    units = add_dimensions(compute_first_responses(rows, business), view, "created_at")
    label = DEFINITION.label(statistic, name_clock(business))
    return convert_like(
        ticket_events, select_figures(estimate_waiting_times(units, view.by, statistic), view.by, label)
    )


def compute_first_responses(rows: pl.DataFrame, business: BusinessCalendar | None) -> pl.DataFrame:
    """Add `hours` waited for the first reply and whether the wait has `ended`."""
    # once a ticket is solved nobody waits for a reply: the wait is censored at the solution
    closed_at = pl.when(~pl.col("is_open")).then("last_solved_at")
    until = rows.with_columns(pl.coalesce("first_reply_at", closed_at, "seen_until").alias("until"))
    return until.with_columns(
        compute_hours_between(until, "created_at", "until", business),
        pl.col("first_reply_at").is_not_null().alias("ended"),
    )


def _compute(rows: pl.DataFrame, conditions: Conditions, **options: Any) -> pl.DataFrame:
    return first_response_time(rows, business=conditions.business, **options)


MEASURES = (
    Measure(
        DEFINITION,
        "ticket_events",
        _compute,
        Look(
            words={
                "en": MeasureWords(
                    "First response",
                    "Median wait from a ticket to its first public reply by a person, in {hours}; tickets that "
                    "still "
                    "wait count with their age so far.",
                ),
                "es": MeasureWords(
                    "Primera respuesta",
                    "Espera mediana desde un ticket hasta la primera respuesta pública de una persona, en "
                    "{hours}; los "
                    "tickets que aún esperan cuentan con su antigüedad.",
                ),
            },
            unit="hours",
            decimals=1,
            is_higher_better=False,
            target="first_response_hours",
        ),
        rank=50,
    ),
)
