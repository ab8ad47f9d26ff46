"""Resolution time: full and first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import polars as pl

from lealtad.kpis.choice import check_choice
from lealtad.kpis.definitions import definition_named
from lealtad.kpis.frames import like
from lealtad.kpis.grouping import with_dimensions
from lealtad.kpis.intervals import tidy
from lealtad.kpis.tickets import events_of, ticket_rows
from lealtad.kpis.view import in_window, view_of
from lealtad.kpis.waiting import STATISTICS, clock_name, hours_between, waiting_times

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
    view = view_of(as_of, by, window_days, customers, touchpoints)
    rows = resolutions(ticket_rows(events_of(ticket_events), view.as_of), resolution, business)
    # as_of itself is out: what is open then belongs to the week or month that ends there
    dated = rows.with_columns(pl.when("ended").then("until").otherwise(pl.col("until") - _MICRO).alias("moment"))
    units = with_dimensions(in_window(dated, "until", view), view, "moment")
    label = definition_named("resolution_time").label(resolution, statistic, clock_name(business))
    return like(ticket_events, tidy(waiting_times(units, view.by, statistic), view.by, label))


def resolutions(rows: pl.DataFrame, resolution: Resolution, business: BusinessCalendar | None) -> pl.DataFrame:
    """Add `until`, the `hours` from creation to it, and whether the wait has `ended` there."""
    solved_at = {
        "full": pl.when(~pl.col("is_open")).then("last_solved_at"),
        "first": pl.col("first_solved_at"),
    }[resolution]
    until = rows.with_columns(
        pl.coalesce(solved_at, "seen_until").alias("until"), solved_at.is_not_null().alias("ended")
    )
    return until.with_columns(hours_between(until, "created_at", "until", business))
