"""Resolution rate: cohort, flow and stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import polars as pl

from lealtad.kpis.choice import check_choice
from lealtad.kpis.definitions import find_definition
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_normal_interval, add_wilson_interval, select_figures
from lealtad.kpis.lengths import check_days
from lealtad.kpis.merges import SURVIVOR
from lealtad.kpis.periods import refuse_periods
from lealtad.kpis.solutions import IS_OPEN, aggregate_solutions
from lealtad.kpis.tickets import OWN, build_tickets, join_conversations, read_events
from lealtad.kpis.view import read_view, select_known_facts, select_window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lealtad.kpis.frames import AnyFrame, Frame
    from lealtad.kpis.view import View

Variant = Literal["cohort", "flow", "stock"]


def resolution_rate(
    ticket_events: AnyFrame,
    *,
    as_of: date | None = None,
    by: Sequence[str] = (),
    window_days: float | None = None,
    variant: Variant = "cohort",
    within_days: float = 7,
    customers: Frame | None = None,
    touchpoints: Frame | None = None,
) -> AnyFrame:
    """Return the share of tickets that were resolved, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    variant
        "cohort": of the tickets created in the window and at least `within_days` old, those solved, and not
        open again, so many days after their creation. "flow": tickets solved in the window over tickets
        created in it; can exceed 1. "stock": tickets solved in the window over those open at its start or
        created in it.
    within_days
        The limit of the cohort variant.
    as_of, by, window_days, customers, touchpoints
        As in `first_response_time`; in the flow, tickets solved count in the week or month of their solution.

    Returns
    -------
    The keys, `value`, `n` (the denominator), `low, high` (95 %), `definition`. An empty denominator gives
    nulls.

    Raises
    ------
    DataError
        If an event precedes the creation of its ticket.
    SettingsError
        If the variant or a dimension is unknown or its table is missing; if the stock is asked by week or
        month.

    Notes
    -----
    Intervals are Wilson's for the two shares; for the flow, a ratio of two counts,
    ``value * (1 ± z sqrt(1/solved + 1/created))``, at least 0.

    Examples
    --------
    >>> from datetime import datetime
    >>> events = pl.DataFrame({"ticket_id": ["t", "t", "u"], "customer_id": ["a", "a", "b"],
    ...     "occurred_at": [datetime(2026, 1, day) for day in (5, 6, 7)],
    ...     "event": ["created", "solved", "created"]})
    >>> [resolution_rate(events, as_of=datetime(2026, 2, 1), variant=kind)["value"].item()
    ...  for kind in ("cohort", "flow", "stock")]
    [0.5, 0.5, 0.5]
    """
    check_choice("variant", variant, get_args(Variant))
    check_days("within_days", within_days)
    view = read_view(as_of, by, window_days, customers, touchpoints)
    events = read_events(ticket_events)
    limit = [f"within {within_days:g} days"] if variant == "cohort" else []
    rates = {
        "cohort": lambda: _compute_cohort(events, view, within_days),
        "flow": lambda: _compute_flow(events, view),
    }
    groups = rates.get(variant, lambda: _compute_stock(events, view))()
    label = find_definition("resolution_rate").label(variant, *limit)
    return convert_like(ticket_events, select_figures(groups, view.by, label))


def _compute_cohort(events: pl.DataFrame, view: View, within_days: float) -> pl.DataFrame:
    limit_at = pl.col("created_at") + pl.duration(microseconds=round(within_days * 86_400e6))
    rows = build_tickets(events, view.as_of).with_columns(limit_at.alias("limit_at"))
    old_enough = select_window(rows, "created_at", view).filter(pl.col("limit_at") <= pl.col("seen_until"))
    solved = _find_solved_by_limit(join_conversations(events, view.as_of), old_enough)
    units = old_enough.with_columns(pl.col("ticket_id").is_in(solved.implode()).alias("is_solved"))
    units = add_dimensions(units, view, "created_at")
    return add_wilson_interval(
        summarise_groups(units, view.by, pl.len().alias("n"), pl.col("is_solved").sum().alias("hits"))
    )


def _find_solved_by_limit(events: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    limits = rows.select(pl.col("ticket_id").alias(SURVIVOR), "limit_at")
    early = events.join(limits, on=SURVIVOR).filter(pl.col("occurred_at") <= pl.col("limit_at"))
    return early.group_by(SURVIVOR).agg(*aggregate_solutions(OWN)).filter(~IS_OPEN)[SURVIVOR]


def _compute_flow(events: pl.DataFrame, view: View) -> pl.DataFrame:
    rows = build_tickets(events, view.as_of)
    moments = pl.concat(
        [
            rows.with_columns(pl.col("created_at").alias("moment"), pl.lit(0).alias("is_solution")),
            rows.filter(~pl.col("is_open")).with_columns(
                pl.col("last_solved_at").alias("moment"), pl.lit(1).alias("is_solution")
            ),
        ]
    )
    units = add_dimensions(select_window(moments, "moment", view), view, "moment")
    solved, created = pl.col("is_solution").sum(), (1 - pl.col("is_solution")).sum()
    groups = summarise_groups(units, view.by, solved.alias("solved"), created.alias("n"))
    value = pl.col("solved") / pl.col("n")
    error = value * (1 / pl.col("solved") + 1 / pl.col("n")).sqrt()
    return add_normal_interval(groups.with_columns(value.alias("value"), error.alias("se")), 0)


def _compute_stock(events: pl.DataFrame, view: View) -> pl.DataFrame:
    refuse_periods(view, "the stock, which has one start")
    rows = build_tickets(events, view.as_of)
    start = view.window_start
    if start is not None:
        before = build_tickets(
            select_known_facts(events, "occurred_at", view.as_of).filter(pl.col("occurred_at") < start), None
        )
        done = before.filter(~pl.col("is_open")).select("ticket_id")
        rows = rows.join(done, on="ticket_id", how="anti")
    units = add_dimensions(rows, view, "created_at")
    return add_wilson_interval(
        summarise_groups(units, view.by, pl.len().alias("n"), (~pl.col("is_open")).sum().alias("hits"))
    )
