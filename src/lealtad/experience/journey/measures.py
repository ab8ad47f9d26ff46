"""The KPIs of a date by place, each computed by its one function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad import kpis
from lealtad.base.errors import LealtadError
from lealtad.experience.journey.places import PLACE
from lealtad.sources.contract.scales import keep_answerable, keep_askable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from lealtad.company.settings import Settings
    from lealtad.experience.journey.facts import JourneyFacts

    _Computed = tuple[str, Callable[[], pl.DataFrame]]

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


@dataclass(frozen=True)
class JourneyFigures:
    """The KPIs of a date by place.

    Attributes
    ----------
    figures
        One row per KPI, place and question: `kpi`, the place (null: the answers point at no touchpoint), what was
        asked (`metric, kind, scale_min, scale_max, higher_is_easier`; null where that parts nothing), `value, n,
        low, high, definition`.
    missing
        By KPI that cannot be computed, why: it has no row, and takes no other with it.
    """

    figures: pl.DataFrame
    missing: dict[str, str]


def compute_figures(
    facts: JourneyFacts, settings: Settings, as_of: datetime, place: Sequence[str]
) -> JourneyFigures:
    """Return every KPI by place, as known at a date over the window before it."""
    view: dict[str, Any] = {
        "as_of": as_of,
        "window_days": facts.window.total_seconds() / 86_400,
        "touchpoints": facts.touchpoints,
    }
    figures = [SCHEMA.to_frame()]
    missing: dict[str, str] = {}
    for kpi, compute in (*_list_survey_kpis(facts, place, view), *_list_ticket_kpis(facts, settings, place, view)):
        try:
            rows = compute().with_columns(pl.lit(kpi).alias("kpi"))
        except (LealtadError, pl.exceptions.PolarsError) as error:
            missing[kpi] = str(error)
        else:
            shaped = pl.concat([SCHEMA.to_frame(), rows], how="diagonal_relaxed")
            figures.append(shaped.select(SCHEMA.names()).cast(SCHEMA))
    return JourneyFigures(pl.concat(figures), missing)


def lacks_direction(surveys: pl.DataFrame) -> pl.Series:
    """Say of each invitation whether it is a question of effort of which nobody says which end is easy."""
    effort = pl.col("metric") == "ces"
    unsaid = pl.col("higher_is_easier").is_null() if "higher_is_easier" in surveys.columns else pl.lit(value=True)
    return surveys.select((effort & unsaid).fill_null(value=False).alias("undirected")).to_series()


def _list_survey_kpis(facts: JourneyFacts, place: Sequence[str], view: dict[str, Any]) -> Iterator[_Computed]:
    if facts.surveys is None or facts.surveys.is_empty():
        return
    # a figure needs a score on its scale, and to know which end is easy; that others were answered still counts
    answers = keep_answerable(facts.surveys)
    telling = answers.filter(~lacks_direction(answers))
    if "higher_is_easier" not in telling.columns:
        telling = telling.with_columns(pl.lit(None, pl.Boolean).alias("higher_is_easier"))
    asked = set(telling["metric"])
    for name, parts in _INSTRUMENT.items():
        if name in asked:
            yield name, partial(_compute_survey_kpi, name, telling, [*place, *parts], view)
    invited = keep_askable(facts.surveys)
    yield "response_rate", partial(kpis.response_rate, invited, by=[*place, "metric", "kind"], **view)


def _compute_survey_kpi(name: str, surveys: pl.DataFrame, by: Sequence[str], view: dict[str, Any]) -> pl.DataFrame:
    return _SURVEYED[name](surveys, by=by, **view).with_columns(pl.lit(name).alias("metric"))


def _list_ticket_kpis(
    facts: JourneyFacts, settings: Settings, place: Sequence[str], view: dict[str, Any]
) -> Iterator[_Computed]:
    events = facts.ticket_events
    if events is None:
        return
    clock = {"by": list(place), "business": settings.business, **view}
    yield "first_response_time", partial(kpis.first_response_time, events, **clock)
    yield "resolution_time", partial(kpis.resolution_time, events, **clock)
    if settings.sla and "priority" in events.columns:
        # a priority without hours has no target, and its tickets are not judged
        hours = dict.fromkeys(events["priority"].drop_nulls().unique().to_list()) | settings.sla
        yield "sla_breach_share", partial(kpis.sla_breach_share, events, target_hours=hours, **clock)
