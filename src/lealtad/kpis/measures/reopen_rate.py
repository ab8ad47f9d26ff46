"""Reopen rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.measure import COMPANY_ONLY, KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.shared_tickets import build_shared_tickets, read_shared_events
from lealtad.kpis.view import read_view, select_window

if TYPE_CHECKING:
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.view import EventOptions

DEFINITION = KpiDefinition(
    "reopen_rate",
    1,
    "tickets reopened or solved again over tickets first solved in the window; Wilson interval",
)


def reopen_rate(
    ticket_events: AnyFrame,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the share of solved tickets that came back, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the first solution.

    Returns
    -------
    The keys, `value` (0 to 1), `n` tickets solved at least once, `low, high` (95 %, Wilson), `definition`. No
    solved ticket gives nulls.

    Raises
    ------
    DataError
        If an event precedes the creation of its ticket.
    SettingsError
        If a dimension is unknown or its table is missing.

    Notes
    -----
    A ticket came back if it was reopened or was solved more than once. A ticket that is open again at `as_of`
    counts, although its `reopens`, solutions minus one, are still 0.

    Examples
    --------
    >>> from datetime import datetime
    >>> events = pl.DataFrame({"ticket_id": ["t", "t", "t", "u", "u"], "customer_id": ["a"] * 5,
    ...     "occurred_at": [datetime(2026, 1, day) for day in (5, 6, 7, 5, 6)],
    ...     "event": ["created", "solved", "reopened", "created", "solved"]})
    >>> reopen_rate(events).select("value", "n").row(0)
    (0.5, 2)
    """
    view = read_view(options)
    rows = build_shared_tickets(read_shared_events(ticket_events), view.as_of)
    solved = select_window(rows.filter(pl.col("first_solved_at").is_not_null()), "first_solved_at", view)
    units = add_dimensions(solved, view, "first_solved_at")
    groups = summarise_groups(units, view.by, pl.len().alias("n"), pl.col("is_reopened").sum().alias("hits"))
    return convert_like(ticket_events, select_figures(add_wilson_interval(groups), view.by, DEFINITION.label()))


MEASURES = (
    Measure(
        DEFINITION,
        "ticket_events",
        from_rows(reopen_rate),
        Look(
            words={
                "en": MeasureWords("Reopen rate", "Share of solved tickets that were reopened or solved again."),
                "es": MeasureWords(
                    "Tasa de reapertura",
                    "Porcentaje de tickets resueltos que se reabrieron o se volvieron a resolver.",
                ),
            },
            unit="share",
            decimals=1,
            is_higher_better=False,
            span=(0.0, 1.0),
        ),
        shown=COMPANY_ONLY,
        rank=100,
    ),
)
