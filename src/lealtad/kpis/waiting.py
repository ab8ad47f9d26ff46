"""Waiting times in calendar or business hours, and their figure per group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import polars as pl

from lealtad.company.calendar.business_time import business_seconds
from lealtad.kpis.censoring import NOTHING, estimate_survival_curve

if TYPE_CHECKING:
    from lealtad.company.calendar.business_calendar import BusinessCalendar
    from lealtad.kpis.censoring import Estimate

Statistic = Literal["median", "mean", "p90"]
STATISTICS = get_args(Statistic)
_SHARES = {"median": 0.5, "p90": 0.9}
_NUMBERS = pl.Schema({"value": pl.Float64, "n": pl.Int64, "low": pl.Float64, "high": pl.Float64})


def compute_hours_between(
    rows: pl.DataFrame, start: str, end: str, business: BusinessCalendar | None
) -> pl.Series:
    """Return the hours from one instant to another, on the calendar clock or the business clock."""
    if business is not None:
        return (business_seconds(rows[start], rows[end], business) / 3600).alias("hours")
    return rows.select((pl.col(end) - pl.col(start)).dt.total_microseconds() / 3.6e9).to_series().alias("hours")


def name_clock(business: BusinessCalendar | None) -> str:
    """Name the clock for the definition of a figure."""
    return "calendar hours" if business is None else "business hours"


def estimate_waiting_times(units: pl.DataFrame, by: tuple[str, ...], statistic: Statistic) -> pl.DataFrame:
    """Return `value, n, low, high` per group from `hours` and `ended`, the censored ones included."""
    if not by:
        return pl.DataFrame([_compute_figure(units, statistic)], schema=_NUMBERS, orient="row")
    keys = units.select(by).unique().sort(by, nulls_last=True)
    parts = units.partition_by(by, as_dict=True)
    figures = [_compute_figure(parts[key], statistic) for key in keys.iter_rows()]
    return pl.concat([keys, pl.DataFrame(figures, schema=_NUMBERS, orient="row")], how="horizontal")


def _compute_figure(
    units: pl.DataFrame, statistic: Statistic
) -> tuple[float | None, int, float | None, float | None]:
    # if no wait has ended, their mean cannot be estimated
    value, low, high = _estimate(units, statistic) if units["ended"].any() else NOTHING
    return value, units.height, low, high


def _estimate(units: pl.DataFrame, statistic: Statistic) -> Estimate:
    curve = estimate_survival_curve(units["hours"].to_numpy(), units["ended"].to_numpy())
    return curve.estimate_restricted_mean() if statistic == "mean" else curve.quantile(_SHARES[statistic])
