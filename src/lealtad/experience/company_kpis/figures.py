"""The KPIs of the company as a whole: of a window, by segment, by month, and by cohort."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.experience.company_kpis.tables import read_tables, select_recent
from lealtad.experience.figures import ASKED, FIGURE_SCHEMA, compute_figures
from lealtad.experience.months import begin_months
from lealtad.experience.trend import add_alert, add_target, add_trend
from lealtad.kpis.measure import Conditions
from lealtad.kpis.registry import list_measures
from lealtad.kpis.sharing import share_work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.company.settings import Settings
    from lealtad.experience.figures import Figures
    from lealtad.lake import Lake

MONTHS = 12
LEVELS = ("company", "segment", "month", "cohort")
_KEYS = ("kpi", *ASKED)
_BY = {"segment": pl.String(), "month": pl.Date(), "cohort": pl.Date(), "age_months": pl.Int64()}
_NUMBERS = ("value", "n", "low", "high", "previous", "trend", "target", "alert", "definition")
_QUESTION = ("metric", "kind", "scale_min", "scale_max", "higher_is_easier")


@dataclass(frozen=True)
class CompanyKpis:
    """The KPIs of a company.

    Attributes
    ----------
    figures
        One row per level, key, KPI and question: `as_of, window_days, level` (company, segment, month or
        cohort), `segment, month, cohort, age_months, kpi, metric, kind, scale_min, scale_max, higher_is_easier,
        value, n, low, high, previous, trend, target, alert, definition`; `describe_columns` explains each.
    missing
        By KPI that cannot be computed, the reason.
    """

    as_of: datetime
    window_days: float
    figures: pl.DataFrame
    missing: Mapping[str, str] = field(default_factory=dict)


@share_work()
def compute_company_kpis(
    lake: Lake, settings: Settings, as_of: datetime, window_days: float, margin_share: float
) -> CompanyKpis:
    """Compute the KPIs of a company over the window before a date, as known at that date.

    Parameters
    ----------
    margin_share
        Share of the amounts of contracts that is margin, for the lifetime value.

    Returns
    -------
    The figures of the window, with those of the window before as `previous`, and the same by segment. Then the
    last twelve whole months, and the cohorts that started in them. A KPI that cannot be computed is `missing`,
    without affecting others.
    """
    conditions = Conditions(settings.business, settings.sla, margin_share)
    first, window = begin_months(as_of), timedelta(days=window_days)
    tables = read_tables(lake, min(first, as_of - 2 * window), as_of)
    before = read_tables(lake, as_of - 2 * window, as_of - window)
    recent = select_recent(tables.facts, as_of - window)
    company = _compute_window(recent, conditions, as_of, window_days)
    earlier = _compute_window(before.facts, conditions, as_of - window, window_days)
    by: dict[str, pl.DataType]
    levels = {"company": add_trend(_judge(_add_previous(company.rows, earlier.rows), settings))}
    missing = dict(company.missing)
    if tables.customers is not None:
        by = {"segment": pl.String()}
        segments = _compute_window(recent, conditions, as_of, window_days, by, customers=tables.customers)
        levels["segment"] = _judge(segments.rows.drop_nulls("segment"), settings)
        missing |= segments.missing
    levels["month"] = _compute_months(tables.facts, conditions, as_of, first)
    by = {"cohort": pl.Date(), "age_months": pl.Int64()}
    cohorts = compute_figures("cohorts", tables.facts, conditions, by, as_of=as_of)
    levels["cohort"] = cohorts.rows.filter(pl.col("cohort") >= first.date())
    missing |= cohorts.missing
    return CompanyKpis(as_of, window_days, _stack(levels, as_of, window_days), missing)


def _compute_window(
    facts: Mapping[str, pl.DataFrame],
    conditions: Conditions,
    as_of: datetime,
    window_days: float,
    by: Mapping[str, pl.DataType] = MappingProxyType({}),
    **options: Any,
) -> Figures:
    return compute_figures("company", facts, conditions, by, as_of=as_of, window_days=window_days, **options)


def _add_previous(now: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Add the figures of the previous window, as known then."""
    past = before.select(*_KEYS, previous="value", previous_low="low", previous_high="high")
    return now.join(past, on=_KEYS, how="left", nulls_equal=True)


def _judge(figures: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    return add_alert(add_target(figures, settings.targets))


def _compute_months(
    facts: Mapping[str, pl.DataFrame], conditions: Conditions, as_of: datetime, first: datetime
) -> pl.DataFrame:
    """Return the figures of the last whole months, without the current month."""
    days = (as_of - first).total_seconds() / 86_400
    by = {"month": pl.Date()}
    months = compute_figures("months", facts, conditions, by, as_of=as_of, window_days=days).rows
    return months.filter(pl.col("month") >= first.date(), pl.col("month") < as_of.date().replace(day=1))


def _stack(levels: Mapping[str, pl.DataFrame], as_of: datetime, window_days: float) -> pl.DataFrame:
    """Concatenate the levels in the order of the page."""
    empty = pl.DataFrame(schema={**_BY, **FIGURE_SCHEMA, "previous": pl.Float64, "target": pl.Float64})
    empty = empty.with_columns(
        trend=pl.lit(None, pl.String), alert=pl.lit(None, pl.Boolean), level=pl.lit(None, pl.String)
    )
    named = [rows.with_columns(pl.lit(level).alias("level")) for level, rows in levels.items()]
    ranks = {name: rank for rank, name in enumerate(LEVELS)}
    places = {measure.name: place for place, measure in enumerate(list_measures())}
    return (
        pl.concat([empty, *named], how="diagonal_relaxed")
        .with_columns(pl.lit(as_of).alias("as_of"), pl.lit(window_days).alias("window_days"))
        .sort(
            pl.col("level").replace_strict(ranks, return_dtype=pl.Int8),
            pl.col("kpi").replace_strict(places, return_dtype=pl.Int16),
            *_QUESTION,
            *_BY,
            nulls_last=True,
        )
        .select("as_of", "window_days", "level", *_BY, "kpi", *_QUESTION, *_NUMBERS)
    )
