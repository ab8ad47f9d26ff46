"""Resolution time: full and first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack, get_args

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

Resolution = Literal["full", "first"]

_MICRO = pl.duration(microseconds=1)

DEFINITION = KpiDefinition(
    "resolution_time",
    1,
    "full: hours from creation to the last solution; first: to the first solution; tickets solved "
    "in the window, and those open at its end (for first: never solved), censored at their age; "
    "Kaplan-Meier",
)


def resolution_time(
    ticket_events: AnyFrame,
    *,
    resolution: Resolution = "full",
    statistic: Statistic = "median",
    business: BusinessCalendar | None = None,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the hours from creation to resolution, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    resolution
        "full" (to the last solution; a ticket that is open again has none) or "first" (to the first).
    statistic
        "median" (the headline), "mean" (restricted to the longest wait seen) or "p90".
    business
        The company's calendar, for business hours; None for calendar hours.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. The window holds the tickets
        solved in it, and those still open. Week and month are those of the solution; an open ticket counts in
        the one that ends at `as_of`, or holds it.

    Returns
    -------
    The keys, `value` (hours), `n` tickets (including open ones), `low, high` (95 %; null if unbounded),
    `definition`. Null if fewer tickets were solved than the statistic needs.

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
    view = read_view(options)
    rows = compute_resolutions(
        build_shared_tickets(read_shared_events(ticket_events), view.as_of), resolution, business
    )
    # as_of itself is out: what is open then belongs to the week or month that ends there
    dated = rows.with_columns(pl.when("ended").then("until").otherwise(pl.col("until") - _MICRO).alias("moment"))
    units = add_dimensions(select_window(dated, "until", view), view, "moment")
    label = DEFINITION.label(resolution, statistic, name_clock(business))
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


def _compute(rows: pl.DataFrame, conditions: Conditions, **options: Any) -> pl.DataFrame:
    return resolution_time(rows, business=conditions.business, **options)


MEASURES = (
    Measure(
        DEFINITION,
        "ticket_events",
        _compute,
        Look(
            words={
                "en": MeasureWords(
                    "Resolution",
                    "Median wait from a ticket to its last solution, in {hours}; open ones count with their age "
                    "so far.",
                ),
                "es": MeasureWords(
                    "Resolución",
                    "Espera mediana desde un ticket hasta su última solución, en {hours}; los abiertos cuentan "
                    "con su "
                    "antigüedad.",
                ),
            },
            unit="hours",
            decimals=1,
            is_higher_better=False,
            target="resolution_hours",
        ),
        rank=60,
    ),
)
