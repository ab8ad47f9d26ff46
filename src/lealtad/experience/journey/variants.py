"""Variants of a touchpoint: exposed customers, and their later answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.journey.facts import read_surveys
from lealtad.experience.journey.places import PLACE
from lealtad.kpis.measures.csat import csat

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_SEEN = ["touchpoint_id", "customer_id", "occurred_at", *PLACE, "variant", "known_at"]
VARIANTS = {
    **dict.fromkeys((*PLACE, "variant"), pl.String),
    "contacts": pl.Int64,
    "customers": pl.Int64,
    **dict.fromkeys(("csat", "csat_low", "csat_high"), pl.Float64),
    "answers": pl.Int64,
}


def compute_variants(lake: Lake, as_of: datetime, window_days: float) -> pl.DataFrame:
    """Return the variants of touchpoints in the window before a date, one row per place and variant.

    Returns
    -------
    `stage, touchpoint, channel, variant, contacts, customers, csat, csat_low, csat_high` (95 %) and `answers`.
    CSAT is null if no survey refers to the touchpoint. Touchpoints with fewer than two variants are absent.
    """
    if not lake.has("touchpoints") or "variant" not in lake.columns("touchpoints"):
        return pl.DataFrame(schema=VARIANTS)
    start = as_of - timedelta(days=window_days)
    recent = (pl.col("occurred_at") >= start) & (pl.col("occurred_at") < as_of) & pl.col("variant").is_not_null()
    touchpoints = lake.read("touchpoints", columns=_SEEN, where=recent, as_of=as_of)
    by = [*PLACE, "variant"]
    counted = touchpoints.group_by(by).agg(
        pl.len().cast(pl.Int64).alias("contacts"),
        pl.col("customer_id").n_unique().cast(pl.Int64).alias("customers"),
    )
    several = counted.filter(pl.col("variant").n_unique().over(PLACE) > 1)
    joined = several.join(
        _compute_csat(lake, touchpoints, as_of, window_days), on=by, how="left", nulls_equal=True
    )
    return joined.select(*VARIANTS).cast(VARIANTS).sort(by)  # type: ignore[arg-type]


def _compute_csat(lake: Lake, touchpoints: pl.DataFrame, as_of: datetime, window_days: float) -> pl.DataFrame:
    names = {"value": "csat", "low": "csat_low", "high": "csat_high", "n": "answers"}
    nothing = pl.DataFrame(schema={name: VARIANTS[name] for name in (*PLACE, "variant", *names.values())})
    surveys = read_surveys(lake, as_of - timedelta(days=window_days), as_of)
    if surveys is None or "touchpoint_id" not in surveys.columns:
        return nothing
    asked = surveys.join(touchpoints.select("touchpoint_id"), on="touchpoint_id", how="semi")
    about = asked.filter(pl.col("metric") == "csat", pl.col("kind") == "transactional").drop_nulls("answered_at")
    if about.is_empty():
        return nothing
    figures = csat(
        about,
        by=[*PLACE, "variant"],
        as_of=as_of,
        window_days=window_days,
        touchpoints=touchpoints.drop("customer_id"),
    )
    return pl.DataFrame(figures).rename(names).select(*PLACE, "variant", *names.values())
