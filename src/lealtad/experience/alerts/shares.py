"""Figures as means of facts between 0 and 1, so that evidence is computed in the same way for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.figure_styles import find_look
from lealtad.experience.figures import FIGURE_SCHEMA, compute_figures
from lealtad.experience.journey.places import PLACE
from lealtad.experience.trend import add_alert, add_target
from lealtad.kpis import sla_breach_share
from lealtad.kpis.measure import Conditions
from lealtad.sources.contract.scales import keep_answerable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.company.settings import Settings
    from lealtad.experience.journey.facts import JourneyFacts

_WAITS = {"first_response_time": "first_response", "resolution_time": "resolution"}
_RESPONSE = "response_rate"
_ANSWER_DAYS = 28  # an invitation counts after that many days to answer
_EVERY = "every"


def compute_judged_figures(facts: JourneyFacts, settings: Settings, place: Sequence[str]) -> pl.DataFrame:
    """Return the figures of a window that have a target.

    Parameters
    ----------
    place
        The keys of a touchpoint; empty for the company as a whole.

    Returns
    -------
    The figure's own columns with `target, higher_is_better, alert`. Then `mean` and `level`, the figure and
    its target as a mean of facts between 0 and 1, more being better, and `facts`, their number. An
    invitation counts once 28 days have passed. A median wait counts by the share of tickets within its target.
    """
    keys = dict.fromkeys(place, pl.String())
    figures = _compute(facts, settings, keys)
    mature = replace(facts, surveys=_select_mature(facts), ticket_events=None)
    rates = _compute(mature, settings, keys).filter(pl.col("kpi") == _RESPONSE)
    joined = pl.concat([figures.filter(pl.col("kpi") != _RESPONSE), rates], how="diagonal_relaxed")
    judged = add_alert(add_target(joined, settings.targets))
    judged = judged.filter(pl.col("target").is_not_null(), pl.col("value").is_not_null(), pl.col("n") > 0)
    if place:
        judged = judged.drop_nulls("stage")
    scaled = _scale(judged.filter(~pl.col("kpi").is_in(list(_WAITS))))
    return pl.concat([scaled, *_count_waits(facts, settings, judged, place)], how="diagonal_relaxed")


def _compute(facts: JourneyFacts, settings: Settings, keys: Mapping[str, pl.DataType]) -> pl.DataFrame:
    tables = {"surveys": facts.surveys, "ticket_events": facts.ticket_events}
    found = compute_figures(
        "journey",
        {name: rows for name, rows in tables.items() if rows is not None and not rows.is_empty()},
        Conditions(settings.business, settings.sla),
        keys,
        as_of=facts.as_of,
        window_days=facts.window.total_seconds() / 86_400,
        touchpoints=facts.touchpoints,
    )
    empty = pl.DataFrame(schema={**keys, **FIGURE_SCHEMA})
    return pl.concat([empty, found.rows], how="diagonal_relaxed")


def _select_mature(facts: JourneyFacts) -> pl.DataFrame | None:
    if facts.surveys is None:
        return None
    return keep_answerable(facts.surveys).filter(pl.col("sent_at") < facts.as_of - timedelta(days=_ANSWER_DAYS))


def _scale(judged: pl.DataFrame) -> pl.DataFrame:
    """Scale values and targets to between 0 and 1, higher being better."""
    spans = {kpi: find_look(kpi).span for kpi in judged["kpi"].unique()}
    least, most = pl.col("scale_min"), pl.col("scale_max")
    for kpi, span in spans.items():
        if span is not None:
            least = pl.when(pl.col("kpi") == kpi).then(pl.lit(span[0])).otherwise(least)
            most = pl.when(pl.col("kpi") == kpi).then(pl.lit(span[1])).otherwise(most)
    parts = [((pl.col(name) - least) / (most - least)).clip(0, 1) for name in ("value", "target")]
    better = [pl.when("higher_is_better").then(part).otherwise(1 - part) for part in parts]
    return judged.with_columns(mean=better[0], level=better[1], facts=pl.col("n")).drop_nulls("mean")


def _count_waits(
    facts: JourneyFacts, settings: Settings, judged: pl.DataFrame, place: Sequence[str]
) -> list[pl.DataFrame]:
    """Count the tickets within the target of a median wait; the target is met if it is at least half of them."""
    parts = []
    for kpi, measure in _WAITS.items():
        waits = judged.filter(pl.col("kpi") == kpi)
        if waits.is_empty() or facts.ticket_events is None:
            continue
        shares = sla_breach_share(
            facts.ticket_events.with_columns(priority=pl.lit(_EVERY)),
            target_hours={_EVERY: waits["target"][0]},
            measure=measure,  # type: ignore[arg-type]
            business=settings.business,
            as_of=facts.as_of,
            window_days=facts.window.total_seconds() / 86_400,
            touchpoints=facts.touchpoints,
            by=list(place),
        )
        late = shares.select(*place, mean=1 - pl.col("value"), facts="n").drop_nulls("mean")
        joined = waits.join(late, on=list(place), nulls_equal=True) if place else waits.join(late, how="cross")
        parts.append(joined.with_columns(level=pl.lit(0.5)))
    return parts


LEVELS: dict[str, tuple[str, ...]] = {"company": (), "touchpoint": PLACE}
