"""Share of tickets that breach the target of their priority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Unpack, get_args

import polars as pl

from lealtad.base.errors import DataError, SettingsError
from lealtad.kpis.arguments import check_choice, is_number
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures, withhold_figures
from lealtad.kpis.measure import KpiDefinition, Look, Measure, MeasureWords
from lealtad.kpis.measures.first_response_time import compute_first_responses
from lealtad.kpis.measures.resolution_time import compute_resolutions
from lealtad.kpis.shared_tickets import build_shared_tickets, read_shared_events
from lealtad.kpis.view import read_view, select_window
from lealtad.kpis.waiting import name_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.company.calendar.business_calendar import BusinessCalendar
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.measure import Conditions
    from lealtad.kpis.view import EventOptions

Promise = Literal["first_response", "resolution"]

DEFINITION = KpiDefinition(
    "sla_breach_share",
    1,
    "tickets whose first response time (or full resolution time) passes the target of their "
    "priority over all tickets created in the window that have a target; waiting tickets that "
    "have passed it count as breaches; Wilson interval",
)


def sla_breach_share(
    ticket_events: AnyFrame,
    *,
    target_hours: Mapping[str, float | None],
    measure: Promise = "first_response",
    business: BusinessCalendar | None = None,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the share of tickets that exceeded the target of their priority, one row per group.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply, with `priority`.
    target_hours
        Hours per priority; None for a priority without a target. Tickets without a target or a priority are not
        counted.
    measure
        "first_response" or "resolution" (the last one).
    business
        The company's calendar, for business hours; None for calendar hours.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the creation.

    Returns
    -------
    The keys, `value` (0 to 1), `n` tickets with a target, `low, high` (95 %, Wilson), `definition`. No such
    ticket gives nulls.

    Raises
    ------
    DataError
        If no priority is given, or an event precedes the creation of its ticket.
    SettingsError
        If every figure contains a priority without an entry in `target_hours`; if only some do, these are null. If
        a target is not a number, the measure or a dimension is unknown, or its table is missing.

    Notes
    -----
    A waiting ticket is a breach as soon as its age exceeds the target; until then it counts only in `n`. The
    priority is the last one known.

    Examples
    --------
    >>> from datetime import datetime
    >>> events = pl.DataFrame({"ticket_id": ["t", "u"], "customer_id": ["a", "b"],
    ...     "priority": ["high", "low"], "occurred_at": [datetime(2026, 1, 5), datetime(2026, 1, 5)],
    ...     "event": ["created", "created"]})
    >>> late = sla_breach_share(events, target_hours={"high": 4, "low": 24}, as_of=datetime(2026, 1, 5, 12))
    >>> late.select("value", "n").row(0)
    (0.5, 2)
    """
    check_choice("measure", measure, get_args(Promise))
    view = read_view(options)
    rows = select_window(build_shared_tickets(read_shared_events(ticket_events), view.as_of), "created_at", view)
    waits = _compute_waits(_add_target(rows, target_hours), measure, business)
    units = add_dimensions(waits, view, "created_at")
    breach = (pl.col("hours") > pl.col("target_hours")).sum().alias("hits")
    without = pl.col("priority").filter(pl.col("target_hours").is_null()).sort().first().alias("without")
    groups = summarise_groups(units, view.by, pl.len().alias("n"), breach, without)
    _check_targets(groups)
    label = DEFINITION.label(measure, name_clock(business))
    figures = select_figures(add_wilson_interval(groups), view.by, label)
    reasons = figures.with_columns(reason="no target for " + groups["without"])
    return convert_like(ticket_events, withhold_figures(reasons, "reason"))


def _check_targets(groups: pl.DataFrame) -> None:
    """Raise if every figure holds a ticket whose priority has no target; where some do, those are null."""
    if groups.height and groups["without"].null_count() == 0:
        raise SettingsError(
            place="target_hours",
            expected="hours, or None, for every priority of the tickets",
            found=f"nothing for {groups['without'].sort().item(0)}",
            fix="Add it.",
        )


def _compute_waits(rows: pl.DataFrame, measure: str, business: BusinessCalendar | None) -> pl.DataFrame:
    if measure == "first_response":
        return compute_first_responses(rows, business)
    return compute_resolutions(rows, "full", business)


def _add_target(rows: pl.DataFrame, target_hours: Mapping[str, float | None]) -> pl.DataFrame:
    if "priority" not in rows.columns:
        raise DataError(
            table="ticket_events",
            column="priority",
            expected="a column of that name, since targets depend on it",
            found="none",
            fix="Add it in the source.",
        )
    wrong = {name: hours for name, hours in target_hours.items() if hours is not None and not is_number(hours)}
    if wrong:
        raise SettingsError(
            place="target_hours", expected="hours, or None, by priority", found=f"{wrong}", fix="Give numbers."
        )
    names, hours = list(target_hours), list(target_hours.values())
    promised = rows.filter(
        pl.col("priority").is_not_null(),
        ~pl.col("priority").is_in([name for name, target in target_hours.items() if target is None]),
    )
    target = pl.col("priority").replace_strict(names, hours, default=None, return_dtype=pl.Float64)
    return promised.with_columns(target.alias("target_hours"))


def _compute(rows: pl.DataFrame, conditions: Conditions, **options: Any) -> pl.DataFrame | None:
    if not conditions.target_hours or "priority" not in rows.columns:
        return None
    # a priority without hours has no target, and its tickets are not judged
    hours = dict.fromkeys(rows["priority"].drop_nulls().unique().to_list()) | dict(conditions.target_hours)
    return sla_breach_share(rows, target_hours=hours, business=conditions.business, **options)


MEASURES = (
    Measure(
        DEFINITION,
        "ticket_events",
        _compute,
        Look(
            words={
                "en": MeasureWords(
                    "Past promised reply",
                    "Share of tickets whose first reply took longer than their priority promises.",
                ),
                "es": MeasureWords(
                    "Fuera del plazo prometido",
                    "Porcentaje de tickets cuya primera respuesta tardó más de lo que promete su prioridad.",
                ),
            },
            unit="share",
            is_higher_better=False,
            target="sla_breach_share",
            span=(0.0, 1.0),
        ),
        rank=70,
    ),
)
