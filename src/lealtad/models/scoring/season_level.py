"""The level of a night, estimated from stored scores of earlier nights and the outcomes of those customers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.learning.season import Level
from lealtad.learning.season.lake_levels import estimate_level
from lealtad.models.scoring.history import SCORES

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.learning.season import Season


def estimate_season_level(
    lake: Lake, definition: ModelDefinition, season: Season | None, as_of: datetime
) -> Level:
    """Return how far the level of a night is from the usual one, estimated from customers scored earlier.

    Predictions are the stored scores of earlier nights. Without them the level comes from last year's season
    alone.

    Raises
    ------
    LakeError
        If the lake lacks a table that the label needs.
    """
    if season is None:
        return Level(shift=0.0, rows=0)
    by_model = pl.col("model") == definition.name
    recently = pl.col("as_of").is_between(as_of - timedelta(days=season.outcome_days), as_of, closed="left")
    nights: set[datetime] = set()
    for bucket in lake.buckets if lake.has(SCORES) else []:
        nights |= set(lake.read(SCORES, bucket, columns=["as_of"], where=by_model & recently)["as_of"].unique())

    def read_bucket(night: datetime, bucket: int) -> pl.DataFrame:
        scores = lake.read(SCORES, bucket, where=by_model & (pl.col("as_of") == night)).drop_nulls("probability")
        # nights from before levels were stored are at the usual level
        level = pl.col("level").fill_null(0.0) if "level" in scores.columns else pl.lit(0.0)
        return scores.select("customer_id", probability=multiply_odds(pl.col("probability"), (-level).exp()))

    return estimate_level(lake, definition.label, season, as_of, nights, read_bucket, lake.buckets)


def multiply_odds(probability: pl.Expr, odds: pl.Expr) -> pl.Expr:
    """Multiply the odds; a probability of 0 or 1 stays."""
    return probability * odds / (1 - probability + probability * odds)
