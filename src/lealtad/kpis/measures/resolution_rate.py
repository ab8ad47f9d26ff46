"""Resolution rate: cohort, flow and stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Unpack, get_args

import polars as pl

from lealtad.kpis.arguments import check_choice, check_days
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_normal_interval, add_wilson_interval, select_figures
from lealtad.kpis.measure import COMPANY_ONLY, KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.merges import SURVIVOR
from lealtad.kpis.periods import refuse_periods
from lealtad.kpis.shared_tickets import build_shared_tickets, join_shared_conversations, read_shared_events
from lealtad.kpis.solutions import IS_OPEN, aggregate_solutions
from lealtad.kpis.tickets import OWN
from lealtad.kpis.view import read_view, select_known_facts, select_window

if TYPE_CHECKING:
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.view import EventOptions, View

Variant = Literal["cohort", "flow", "stock"]

DEFINITION = KpiDefinition(
    "resolution_rate",
    1,
    "cohort: tickets solved, and not open again, within the limit over tickets created in the "
    "window and older than the limit; flow: tickets solved in the window over created in it; "
    "stock: solved in the window over open at its start plus created in it; a ticket that is open "
    "again is not solved",
)


def resolution_rate(
    ticket_events: AnyFrame,
    *,
    variant: Variant = "cohort",
    within_days: float = 7,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the share of tickets that were resolved, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    variant
        "cohort": of the tickets created in the window and at least `within_days` old, those solved, and not open
        again, that many days after their creation. "flow": tickets solved in the window over tickets created in
        it; can exceed 1. "stock": tickets solved in the window over those open at its start or created in it.
    within_days
        The limit of the cohort variant.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the creation. In the flow, tickets solved count in the week or month of their solution.

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
    view = read_view(options)
    events = read_shared_events(ticket_events)
    limit = [f"within {within_days:g} days"] if variant == "cohort" else []
    rates = {
        "cohort": lambda: _compute_cohort(events, view, within_days),
        "flow": lambda: _compute_flow(events, view),
    }
    groups = rates.get(variant, lambda: _compute_stock(events, view))()
    label = DEFINITION.label(variant, *limit)
    return convert_like(ticket_events, select_figures(groups, view.by, label))


def _compute_cohort(events: pl.DataFrame, view: View, within_days: float) -> pl.DataFrame:
    limit_at = pl.col("created_at") + pl.duration(microseconds=round(within_days * 86_400e6))
    rows = build_shared_tickets(events, view.as_of).with_columns(limit_at.alias("limit_at"))
    old_enough = select_window(rows, "created_at", view).filter(pl.col("limit_at") <= pl.col("seen_until"))
    solved = _find_solved_by_limit(join_shared_conversations(events, view.as_of), old_enough)
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
    rows = build_shared_tickets(events, view.as_of)
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
    rows = build_shared_tickets(events, view.as_of)
    start = view.window_start
    if start is not None:
        before = build_shared_tickets(
            select_known_facts(events, "occurred_at", view.as_of).filter(pl.col("occurred_at") < start), None
        )
        solved_before = before.filter(~pl.col("is_open")).select("ticket_id")
        rows = rows.join(solved_before, on="ticket_id", how="anti")
    units = add_dimensions(rows, view, "created_at")
    return add_wilson_interval(
        summarise_groups(units, view.by, pl.len().alias("n"), (~pl.col("is_open")).sum().alias("hits"))
    )


MEASURES = (
    Measure(
        DEFINITION,
        "ticket_events",
        from_rows(resolution_rate),
        Look(
            words={
                "en": MeasureWords(
                    "Resolution rate",
                    "Share of tickets at least 7 days old that were solved within 7 days of creation.",
                ),
                "es": MeasureWords(
                    "Tasa de resolución",
                    "Porcentaje de tickets con al menos 7 días que se resolvieron en los 7 días siguientes a su "
                    "creación.",
                ),
            },
            unit="share",
            decimals=1,
            is_higher_better=True,
            span=(0.0, 1.0),
        ),
        shown=COMPANY_ONLY,
        rank=80,
    ),
)
