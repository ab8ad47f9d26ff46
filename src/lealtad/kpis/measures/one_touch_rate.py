"""One-touch rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from lealtad.kpis.arguments import check_days
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.measure import COMPANY_ONLY, KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.merges import SURVIVOR
from lealtad.kpis.shared_tickets import build_shared_tickets, join_shared_conversations, read_shared_events
from lealtad.kpis.tickets import is_public_reply
from lealtad.kpis.view import read_view, select_window

if TYPE_CHECKING:
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.view import EventOptions

DEFINITION = KpiDefinition(
    "one_touch_rate",
    1,
    "tickets solved with at most one public agent reply (an agent's opening message is none) and "
    "not reopened within the limit over tickets first solved in the window, at least the limit "
    "ago; Wilson interval",
)


def one_touch_rate(
    ticket_events: AnyFrame,
    *,
    within_days: float = 7,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the share of solved tickets that took at most one reply and stayed solved, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    within_days
        Days for which a ticket must stay solved; tickets solved more recently are not judged yet.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the first solution.

    Returns
    -------
    The keys, `value` (0 to 1), `n` solved tickets, `low, high` (95 %, Wilson), `definition`. No such ticket
    gives nulls.

    Raises
    ------
    DataError
        If an event precedes the creation of its ticket.
    SettingsError
        If a dimension is unknown or its table is missing.

    Notes
    -----
    Public replies by human agents up to the first solution count. The opening message of a ticket opened by an
    agent does not.

    Examples
    --------
    >>> from datetime import datetime
    >>> events = pl.DataFrame({"ticket_id": ["t"] * 3, "customer_id": ["a"] * 3,
    ...     "occurred_at": [datetime(2026, 1, 5, hour) for hour in (9, 10, 11)],
    ...     "event": ["created", "agent_reply", "solved"]})
    >>> one_touch_rate(events, as_of=datetime(2026, 2, 1)).select("value", "n").row(0)
    (1.0, 1)
    """
    view = read_view(options)
    check_days("within_days", within_days)
    events, limit = read_shared_events(ticket_events), pl.duration(microseconds=round(within_days * 86_400e6))
    rows = build_shared_tickets(events, view.as_of).with_columns(
        (pl.col("first_solved_at") + limit).alias("limit_at")
    )
    judged = rows.filter(pl.col("first_solved_at").is_not_null(), pl.col("limit_at") <= pl.col("seen_until"))
    touched = _count_touches(
        join_shared_conversations(events, view.as_of), select_window(judged, "first_solved_at", view)
    )
    units = add_dimensions(touched, view, "first_solved_at")
    groups = summarise_groups(units, view.by, pl.len().alias("n"), _IN_ONE.sum().alias("hits"))
    label = DEFINITION.label(f"within {within_days:g} days")
    return convert_like(ticket_events, select_figures(add_wilson_interval(groups), view.by, label))


_IN_ONE = (pl.col("replies") - pl.col("opened_by_agent").cast(pl.Int64) <= 1) & ~pl.col("came_back")


def _count_touches(events: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Count the replies up to the first solution and see whether the ticket came back before its limit."""
    clocks = rows.select(pl.col("ticket_id").alias(SURVIVOR), "first_solved_at", "limit_at")
    at, solved_at = pl.col("occurred_at"), pl.col("first_solved_at")
    came_back = (
        (pl.col("ticket_id") == pl.col(SURVIVOR))
        # a ticket that was solved for the first time was open before: reopened at that instant, it came back
        & (
            ((pl.col("event") == "solved") & (at > solved_at))
            | ((pl.col("event") == "reopened") & (at >= solved_at))
        )
        & (at <= pl.col("limit_at"))
    )
    counted = (
        events.join(clocks, on=SURVIVOR)
        .group_by(SURVIVOR)
        .agg(
            (is_public_reply(events.columns) & (at <= solved_at)).sum().cast(pl.Int64).alias("replies"),
            came_back.any().alias("came_back"),
        )
    )
    return rows.join(counted, left_on="ticket_id", right_on=SURVIVOR, how="left")


MEASURES = (
    Measure(
        DEFINITION,
        "ticket_events",
        from_rows(one_touch_rate),
        Look(
            words={
                "en": MeasureWords(
                    "One-touch resolution",
                    "Share of solved tickets that took one public reply at most and stayed solved for 7 days.",
                ),
                "es": MeasureWords(
                    "Resolución al primer contacto",
                    "Porcentaje de tickets resueltos con una respuesta pública como máximo que siguieron "
                    "resueltos 7 días.",
                ),
            },
            unit="share",
            decimals=1,
            is_higher_better=True,
            span=(0.0, 1.0),
        ),
        shown=COMPANY_ONLY,
        rank=90,
    ),
)
