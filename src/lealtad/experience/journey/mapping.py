"""The journey map as one tidy frame: volume, owner, KPIs and trend by touchpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.experience.figure_styles import DROP_OFF, VOLUME
from lealtad.experience.figures import ASKED, FIGURE_SCHEMA, compute_figures, lacks_direction
from lealtad.experience.journey.drop_off import compute_drop_off
from lealtad.experience.journey.facts import read_facts
from lealtad.experience.journey.places import MADE, PLACE, select_known_rows
from lealtad.experience.journey.variants import VARIANTS, compute_variants
from lealtad.experience.journey.volume import compute_volume
from lealtad.experience.months import begin_months
from lealtad.experience.trend import add_alert, add_target, add_trend
from lealtad.kpis import tickets
from lealtad.kpis.measure import Conditions
from lealtad.kpis.registry import list_measures
from lealtad.kpis.sharing import share_work
from lealtad.sources.contract.tables import STAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.company.settings import Settings
    from lealtad.experience.figures import Figures
    from lealtad.experience.journey.facts import JourneyFacts
    from lealtad.kpis.measure import Shown
    from lealtad.lake import Lake

_LEVELS = {"touchpoint": PLACE, "stage": ("stage",)}
_KEYS = ("level", *PLACE, "kpi", *ASKED)
_MONTHS = pl.Schema({**dict.fromkeys(PLACE, pl.String()), "month": pl.Date(), **FIGURE_SCHEMA})


@dataclass(frozen=True)
class JourneyMap:
    """A journey map.

    Attributes
    ----------
    figures
        One row per level, place, KPI and question, in the order of the journey. Columns: `as_of, window_days,
        level` (touchpoint, stage, or journey for what points at no touchpoint), `stage, touchpoint, channel,
        volume, customers, customer_share, owner, unowned_share, kpi, metric, kind, scale_min, scale_max,
        higher_is_easier, value, n, low, high, previous, trend, target, alert, definition`.
        `describe_columns` explains each.
    unplaced_tickets, unjudged_tickets
        Number of the window's tickets without a touchpoint, and without a target for their priority.
    undirected_answers
        Number of the window's effort answers without a direction; they are in no figure.
    missing
        By KPI that cannot be computed, the reason; other KPIs are not affected.
    months
        The figures of each touchpoint in the last twelve whole months, with `month`; for the lines of the page.
    variants
        As `compute_variants` returns them.
    """

    as_of: datetime
    window_days: float
    figures: pl.DataFrame
    unplaced_tickets: int = 0
    unjudged_tickets: int = 0
    undirected_answers: int = 0
    missing: Mapping[str, str] = field(default_factory=dict)
    variants: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VARIANTS))
    months: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_MONTHS))


@share_work()
def compute_journey_map(lake: Lake, settings: Settings, as_of: datetime, window_days: float) -> JourneyMap:
    """Compute the journey map of a date from what was known then: KPIs by touchpoint and stage.

    `as_of` ends the window of `window_days` days; the window before it gives the trend. `missing` names each KPI
    that cannot be computed, with the reason.
    """
    facts = read_facts(lake, as_of, window_days)
    # the previous period is read as of its own end, without later corrections and merges
    earlier = read_facts(lake, as_of - facts.window, window_days)
    now, missing = _compute_figures(facts, settings)
    before, _ = _compute_figures(earlier, settings)
    past = before.select(*_KEYS, previous="value", previous_low="low", previous_high="high")
    joined = now.join(past, on=_KEYS, how="left", nulls_equal=True)
    judged = add_alert(add_trend(add_target(joined, settings.targets)))
    placed = judged.join(_compute_volumes(facts), on=["level", *PLACE], how="left", nulls_equal=True)
    return JourneyMap(
        as_of,
        window_days,
        _sort_figures(placed.with_columns(pl.lit(as_of).alias("as_of"), pl.lit(window_days).alias("window_days"))),
        _select_tickets_alone(facts).height,
        _count_unjudged(facts, settings),
        _count_undirected(facts),
        missing,
        compute_variants(lake, as_of, window_days),
        _compute_months(lake, settings, as_of),
    )


def _compute_months(lake: Lake, settings: Settings, as_of: datetime) -> pl.DataFrame:
    """Return the figures of each touchpoint in the last whole months."""
    first = begin_months(as_of)
    year = read_facts(lake, as_of, (as_of - first).total_seconds() / 86_400)
    rows = _compute_measures(year, settings, PLACE, shown="months", month=pl.Date()).rows
    whole = rows.filter(pl.col("month") >= first.date(), pl.col("month") < as_of.date().replace(day=1))
    return whole.drop_nulls("stage").select(pl.col(name).cast(kind) for name, kind in _MONTHS.items())


def _compute_figures(facts: JourneyFacts, settings: Settings) -> tuple[pl.DataFrame, dict[str, str]]:
    """Return the figures of a date, and the reasons for missing KPIs."""
    volumes = _compute_volumes(facts)
    counted = volumes.select(
        "level", *PLACE, kpi=pl.lit(VOLUME), value=pl.col("volume").cast(pl.Float64), n="customers"
    )
    by_place, by_stage = (_compute_measures(facts, settings, place) for place in (PLACE, ("stage",)))
    loose = pl.col("stage").is_null()
    parts = {
        "touchpoint": by_place.rows.filter(~loose),
        "stage": by_stage.rows.filter(~loose),
        "journey": by_place.rows.filter(loose),
    }
    dropped = compute_drop_off(_collect_presence(facts), facts.as_of, facts.window).with_columns(
        pl.lit(DROP_OFF).alias("kpi"), pl.lit("stage").alias("level")
    )
    rows = [part.with_columns(pl.lit(level).alias("level")) for level, part in parts.items()]
    keys = dict.fromkeys(("level", *PLACE), pl.String())
    empty = pl.DataFrame(schema={**keys, **FIGURE_SCHEMA})
    figures = pl.concat([empty, *rows, counted, dropped], how="diagonal_relaxed")
    return figures, by_place.missing | by_stage.missing


def _compute_measures(
    facts: JourneyFacts,
    settings: Settings,
    place: Sequence[str],
    shown: Shown = "journey",
    **keys: pl.DataType,
) -> Figures:
    tables = {"surveys": facts.surveys, "ticket_events": facts.ticket_events}
    return compute_figures(
        shown,
        {name: rows for name, rows in tables.items() if rows is not None},
        Conditions(settings.business, settings.sla),
        {**dict.fromkeys(place, pl.String()), **keys},
        as_of=facts.as_of,
        window_days=facts.window.total_seconds() / 86_400,
        touchpoints=facts.touchpoints,
    )


def _compute_volumes(facts: JourneyFacts) -> pl.DataFrame:
    recent = facts.contacts.filter(pl.col("occurred_at") >= facts.as_of - facts.window)
    columns = ("customer_id", "initiated_by", "owner")
    touched = recent.select(*PLACE, *columns)
    happened = pl.concat([touched, _select_tickets_alone(facts).select(*PLACE, *columns)])
    counted = [
        compute_volume(happened, by).with_columns(pl.lit(level).alias("level")) for level, by in _LEVELS.items()
    ]
    return pl.concat(counted, how="diagonal").select("level", *PLACE, pl.exclude("level", *PLACE))


def _select_tickets_alone(facts: JourneyFacts, windows: int = 1) -> pl.DataFrame:
    """Return tickets of the last windows without a touchpoint, as contacts."""
    columns = ("customer_id", "created_at", "opened_by_agent", *PLACE)
    if facts.ticket_events is None:
        text = pl.String
        return pl.DataFrame(
            schema={
                **dict.fromkeys(columns, text),
                "initiated_by": text,
                "owner": text,
                "created_at": INSTANT,
            }
        )
    rows = tickets(facts.ticket_events, as_of=facts.as_of).drop("channel")
    touched = facts.touchpoints.filter(pl.col("touchpoint_id").str.starts_with(MADE))
    alone = rows.filter(pl.col("created_at") >= facts.as_of - windows * facts.window).join(
        touched, on="touchpoint_id"
    )
    owner = pl.col("owner") if "owner" in alone.columns else pl.lit(None, pl.String)
    started = pl.when("opened_by_agent").then(pl.lit("company")).otherwise(pl.lit("customer"))
    return alone.with_columns(started.alias("initiated_by"), owner.alias("owner"))


def _collect_presence(facts: JourneyFacts) -> pl.DataFrame:
    """Return customers by stage and time: contacts, orders as purchases, tickets as service."""
    columns = ("customer_id", "stage", "occurred_at", "initiated_by")
    parts = [
        facts.contacts.select(columns),
        _select_tickets_alone(facts, windows=3).select(
            "customer_id", "stage", pl.col("created_at").alias("occurred_at"), "initiated_by"
        ),
    ]
    if facts.orders is not None:
        bought = select_known_rows(facts.orders, "ordered_at", facts.as_of)
        purchase, customer = pl.lit("purchase").alias("stage"), pl.lit("customer").alias("initiated_by")
        parts.append(bought.select("customer_id", purchase, pl.col("ordered_at").alias("occurred_at"), customer))
    return pl.concat(parts)


def _count_undirected(facts: JourneyFacts) -> int:
    if facts.surveys is None:
        return 0
    answered = facts.surveys.filter(lacks_direction(facts.surveys)).drop_nulls(["score", "answered_at"])
    return answered.filter(
        pl.col("answered_at") >= facts.as_of - facts.window, pl.col("answered_at") < facts.as_of
    ).height


def _count_unjudged(facts: JourneyFacts, settings: Settings) -> int:
    if facts.ticket_events is None or not settings.sla or "priority" not in facts.ticket_events.columns:
        return 0
    rows = tickets(facts.ticket_events, as_of=facts.as_of)
    recent = rows.filter(pl.col("created_at") >= facts.as_of - facts.window)
    return recent.filter(~pl.col("priority").is_in(list(settings.sla)).fill_null(value=False)).height


def _rank_kpis() -> dict[str, int]:
    names = (VOLUME, *(measure.name for measure in list_measures("journey")), DROP_OFF)
    return {name: rank for rank, name in enumerate(names)}


def _sort_figures(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort rows along the journey: by stage, its total first, then the busiest touchpoints."""
    ranks: Sequence[pl.Expr] = (
        pl.col("level").replace_strict({"stage": 0, "touchpoint": 0, "journey": 1}, return_dtype=pl.Int8),
        pl.col("stage").replace_strict(
            {name: k for k, name in enumerate(STAGES)}, default=99, return_dtype=pl.Int8
        ),
        pl.col("touchpoint").is_not_null(),
        -pl.col("volume").fill_null(0),
        pl.col("touchpoint"),
        pl.col("channel"),
        pl.col("kpi").replace_strict(_rank_kpis(), return_dtype=pl.Int16),
        pl.col("metric"),
        pl.col("kind"),
        pl.col("scale_max"),
        pl.col("scale_min"),
        pl.col("higher_is_easier"),
    )
    volumes = ("volume", "customers", "customer_share", "owner", "unowned_share")
    asked = ("metric", "kind", "scale_min", "scale_max", "higher_is_easier")
    numbers = ("value", "n", "low", "high", "previous", "trend", "target", "alert", "definition")
    ordered = rows.sort(*ranks, nulls_last=True)
    return ordered.select("as_of", "window_days", "level", *PLACE, *volumes, "kpi", *asked, *numbers)
