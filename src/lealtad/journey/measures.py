"""The KPIs of a date by place, each computed by its one function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad import kpis
from lealtad.journey.places import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lealtad.journey.facts import Facts
    from lealtad.settings import Settings

# what two answers must share to stand in one figure
_INSTRUMENT = {
    "nps": ("kind", "scale_min", "scale_max"),
    "csat": ("kind", "scale_min", "scale_max"),
    "ces": ("kind", "scale_min", "scale_max", "higher_is_easier"),
}
_SURVEYED = {"nps": kpis.nps, "csat": kpis.csat, "ces": kpis.ces}
ASKED = ("kind", "scale_min", "scale_max", "higher_is_easier", "metric")
SCHEMA = pl.Schema(
    {
        "kpi": pl.String,
        **dict.fromkeys(PLACE, pl.String),
        "metric": pl.String,
        "kind": pl.String,
        "scale_min": pl.Float64,
        "scale_max": pl.Float64,
        "higher_is_easier": pl.Boolean,
        "value": pl.Float64,
        "n": pl.Int64,
        "low": pl.Float64,
        "high": pl.Float64,
        "definition": pl.String,
    }
)


def measured(facts: Facts, settings: Settings, as_of: datetime, place: Sequence[str]) -> pl.DataFrame:
    """Return every KPI by place, as known at a date over the window before it.

    Returns
    -------
    One row per KPI, place and question: `kpi`, the place (null: the answers point at no touchpoint), what was
    asked (`metric, kind, scale_min, scale_max, higher_is_easier`; null where that parts nothing), `value, n,
    low, high, definition`.
    """
    view: dict[str, Any] = {
        "as_of": as_of,
        "window_days": facts.window.total_seconds() / 86_400,
        "touchpoints": facts.touchpoints,
    }
    rows = [*_of_surveys(facts.surveys, place, view), *_of_tickets(facts.ticket_events, settings, place, view)]
    shaped = (pl.concat([pl.DataFrame(schema=SCHEMA), each], how="diagonal_relaxed") for each in rows)
    return pl.concat([pl.DataFrame(schema=SCHEMA), *(each.select(SCHEMA.names()).cast(SCHEMA) for each in shaped)])


def undirected(surveys: pl.DataFrame) -> pl.Series:
    """Say of each invitation whether it is a question of effort of which nobody says which end is easy."""
    effort = pl.col("metric") == "ces"
    unsaid = pl.col("higher_is_easier").is_null() if "higher_is_easier" in surveys.columns else pl.lit(value=True)
    return surveys.select((effort & unsaid).fill_null(value=False).alias("undirected")).to_series()


def _of_surveys(
    surveys: pl.DataFrame | None, place: Sequence[str], view: dict[str, Any]
) -> Iterator[pl.DataFrame]:
    if surveys is None or surveys.is_empty():
        return
    if "touchpoint_id" not in surveys.columns:
        surveys = surveys.with_columns(pl.lit(None, pl.String).alias("touchpoint_id"))
    # a figure needs to know which end of its scale is easy; that the others were answered still counts
    telling = surveys.filter(~undirected(surveys))
    if "higher_is_easier" not in telling.columns:
        telling = telling.with_columns(pl.lit(None, pl.Boolean).alias("higher_is_easier"))
    asked = set(telling["metric"])
    for name, parts in _INSTRUMENT.items():
        if name in asked:
            rows = _SURVEYED[name](telling, by=[*place, *parts], **view)
            yield rows.with_columns(pl.lit(name).alias("kpi"), pl.lit(name).alias("metric"))
    answered = kpis.response_rate(surveys, by=[*place, "metric", "kind"], **view)
    yield answered.with_columns(pl.lit("response_rate").alias("kpi"))


def _of_tickets(
    events: pl.DataFrame | None, settings: Settings, place: Sequence[str], view: dict[str, Any]
) -> Iterator[pl.DataFrame]:
    if events is None:
        return
    clock = {"by": list(place), "business": settings.business, **view}
    yield kpis.first_response_time(events, **clock).with_columns(pl.lit("first_response_time").alias("kpi"))
    yield kpis.resolution_time(events, **clock).with_columns(pl.lit("resolution_time").alias("kpi"))
    if settings.sla and "priority" in events.columns:
        # a priority without hours has no target, and its tickets are not judged
        hours = dict.fromkeys(events["priority"].drop_nulls().unique().to_list()) | settings.sla
        breached = kpis.sla_breach_share(events, target_hours=hours, **clock)
        yield breached.with_columns(pl.lit("sla_breach_share").alias("kpi"))
