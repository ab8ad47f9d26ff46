"""Retention of monthly cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.measure import KpiDefinition, Look, Measure, MeasureWords
from lealtad.kpis.periods import find_end, find_zone, list_boundaries, refuse_periods
from lealtad.kpis.spells import build_spells, select_active_spells
from lealtad.kpis.view import CustomerOptions, read_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.kpis.frames import AnyFrame, Frame
    from lealtad.kpis.measure import Conditions
    from lealtad.kpis.view import View

DEFINITION = KpiDefinition(
    "cohort_retention",
    1,
    "customers active at the end of the k-th month after the one in which they became customers "
    "over all who became customers in that month; Wilson interval",
)


def cohort_retention(
    subscriptions: AnyFrame,
    **options: Unpack[CustomerOptions],
) -> AnyFrame:
    """Return the retention triangle, one row per group, cohort and age.

    Parameters
    ----------
    subscriptions
        The contract's `subscriptions`, one row per contract change.
    **options
        `as_of, by, customers`: see `CustomerOptions`. Months that end after `as_of` are not shown. Without it, the
        triangle ends just after the last change.

    Returns
    -------
    The keys, `cohort` (first day of the month of the first contract), `age_months` (0 at the end of that month).
    Then `value` (0 to 1), `n` customers of the cohort, `low, high` (95 %, Wilson), `definition`.

    Raises
    ------
    SettingsError
        If a dimension is unknown, its table is missing, or it is week or month.

    Examples
    --------
    >>> from datetime import datetime
    >>> changes = pl.DataFrame({"subscription_id": ["s", "t", "t"], "customer_id": ["a", "b", "b"],
    ...     "occurred_at": [datetime(2026, 1, 1), datetime(2026, 1, 5), datetime(2026, 2, 10)],
    ...     "event": ["start", "start", "end"]})
    >>> cohort_retention(changes, as_of=datetime(2026, 3, 1)).select("age_months", "value", "n").rows()
    [(0, 1.0, 2), (1, 0.5, 2)]
    """
    view = read_view(options, CustomerOptions)
    refuse_periods(view, "the triangle, which has its months")
    return convert_like(subscriptions, _compute_triangle(subscriptions, view))


def _compute_triangle(subscriptions: Frame, view: View) -> pl.DataFrame:
    spells = build_spells(subscriptions, view.as_of)
    ends = list_boundaries(spells, find_end(spells, view.as_of))
    units = add_dimensions(_list_ages(spells, ends), view, "moment")
    keys = (*view.by, "cohort", "age_months")
    groups = summarise_groups(units, keys, pl.len().alias("n"), pl.col("active").sum().alias("hits"))
    return select_figures(add_wilson_interval(groups), keys, DEFINITION.label())


def _list_ages(spells: pl.DataFrame, ends: Sequence[datetime]) -> pl.DataFrame:
    """Return one row per customer and month end since they came, `active` or not."""
    zone = find_zone(spells)
    came_at = pl.col("from_at").min().dt.convert_time_zone(zone).dt.date().dt.truncate("1mo")
    came = spells.group_by("customer_id").agg(came_at.alias("cohort"), pl.col("from_at").min().alias("moment"))
    return pl.concat([_NOBODY, *(_mark_active_at_end(spells, came, end, zone) for end in ends)])


_NOBODY = pl.DataFrame(
    schema={
        "customer_id": pl.String,
        "cohort": pl.Date,
        "age_months": pl.Int64,
        "active": pl.Boolean,
        "moment": INSTANT,
    }
)


def _mark_active_at_end(spells: pl.DataFrame, came: pl.DataFrame, end: datetime, zone: str) -> pl.DataFrame:
    ends_on = pl.lit(end, INSTANT).dt.convert_time_zone(zone)
    months = (
        12 * (ends_on.dt.year() - pl.col("cohort").dt.year()) + ends_on.dt.month() - pl.col("cohort").dt.month()
    )
    active = select_active_spells(spells, end)["customer_id"].unique()
    present = came.filter(pl.col("moment") < end)
    return present.select(
        "customer_id",
        "cohort",
        (months - 1).cast(pl.Int64).alias("age_months"),
        pl.col("customer_id").is_in(active.implode()).alias("active"),
        "moment",
    )


def _compute(rows: pl.DataFrame, _conditions: Conditions, **options: Any) -> pl.DataFrame:
    by = [name for name in options.pop("by", ()) if name not in _AXES]
    return cohort_retention(rows, by=by, **options)


_AXES = ("cohort", "age_months")

MEASURES = (
    Measure(
        DEFINITION,
        "subscriptions",
        _compute,
        Look(
            words={
                "en": MeasureWords(
                    "Cohort retention",
                    "Share of the customers who came in a month with a contract at the end of each later month.",
                ),
                "es": MeasureWords(
                    "Retención por cohortes",
                    "Porcentaje de los clientes llegados en un mes que tienen contrato al final de cada mes "
                    "posterior.",
                ),
            },
            unit="share",
            is_higher_better=True,
            span=(0.0, 1.0),
        ),
        shown=frozenset({"cohorts"}),
        rank=160,
    ),
)
