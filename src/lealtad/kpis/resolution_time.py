"""Resolution time: full and first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

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

Resolution = Literal["full", "first"]

_MICRO = pl.duration(microseconds=1)


def resolution_time(
    ticket_events: AnyFrame,
    *,
    as_of: date | None = None,
    by: Sequence[str] = (),
    window_days: float | None = None,
    resolution: Resolution = "full",
    statistic: Statistic = "median",
    business: BusinessCalendar | None = None,
    customers: Frame | None = None,
    touchpoints: Frame | None = None,
) -> AnyFrame:
    """Return the hours from creation to resolution, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    window_days
        Only tickets solved in the last so many days before `as_of`, and those still open.
    resolution
        "full" (to the last solution; a ticket that is open again has none) or "first" (to the first).
    as_of, by, statistic, business, customers, touchpoints
        As in `first_response_time`; week and month are those of the solution, for open tickets the one that
        ends at `as_of` or holds it.

    Returns
    -------
    The keys, `value` (hours), `n` tickets (the open ones among them), `low, high` (95 %; null where
    unbounded), `definition`. Null where fewer tickets than the statistic needs were solved.

    Raises
    ------
    DataError
        If an event precedes the creation of its ticket.
    SettingsError
        If the statistic, the kind of resolution or a dimension is unknown, or its table is missing.

    Notes
    -----
    Kaplan-Meier: an open ticket is censored at its age at `as_of` (None: at the last event).

    Examples
    --------
    >>> from datetime import datetime
    >>> events = pl.DataFrame({"ticket_id": ["t"] * 4, "customer_id": ["a"] * 4,
    ...     "occurred_at": [datetime(2026, 1, 5, hour) for hour in (9, 10, 11, 14)],
    ...     "event": ["created", "solved", "reopened", "solved"]})
    >>> [resolution_time(events, resolution=kind)["value"].item() for kind in ("full", "first")]
    [5.0, 1.0]
    """
    check_choice("statistic", statistic, STATISTICS)
    check_choice("resolution", resolution, get_args(Resolution))
    view = read_view(as_of, by, window_days, customers, touchpoints)
    rows = compute_resolutions(build_tickets(read_events(ticket_events), view.as_of), resolution, business)
    # as_of itself is out: what is open then belongs to the week or month that ends there
    dated = rows.with_columns(pl.when("ended").then("until").otherwise(pl.col("until") - _MICRO).alias("moment"))
    units = add_dimensions(select_window(dated, "until", view), view, "moment")
    label = find_definition("resolution_time").label(resolution, statistic, name_clock(business))
    return convert_like(
        ticket_events, select_figures(estimate_waiting_times(units, view.by, statistic), view.by, label)
    )


def compute_resolutions(
    rows: pl.DataFrame, resolution: Resolution, business: BusinessCalendar | None
) -> pl.DataFrame:
    """Add `until`, the `hours` from creation to it, and whether the wait has `ended` there."""
    solved_at = {
        "full": pl.when(~pl.col("is_open")).then("last_solved_at"),
        "first": pl.col("first_solved_at"),
    }[resolution]
    until = rows.with_columns(
        pl.coalesce(solved_at, "seen_until").alias("until"), solved_at.is_not_null().alias("ended")
    )
    return until.with_columns(compute_hours_between(until, "created_at", "until", business))
