"""The scores of a night: the champion's probability for each active customer."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import ModelError, TooLittleDataError
from lealtad.examples import dataset
from lealtad.kpis import definitions_hash
from lealtad.models.scoring.history import SCHEMA
from lealtad.models.scoring.season_level import multiply_odds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.models.registry import RegisteredModel

FEED = "feed"  # code in `missing`: a feed has failed
OBJECTION = "objection"  # code in `missing`: the customer objected to profiling
_SURE = ("probability", "low", "high")


def score(  # noqa: PLR0913 - whom, by what and when
    lake: Lake,
    definition: ModelDefinition,
    champion: RegisteredModel,
    as_of: datetime,
    *,
    level: float = 0.0,
    override_kpi_hash: bool = False,
    withheld: Callable[[int], pl.Series] | None = None,
    objections: pl.Series | None = None,
) -> pl.DataFrame:
    """Return the probability of the outcome for each active customer, one row per customer.

    Parameters
    ----------
    as_of
        A date of the feature table.
    level
        Log-odds by which the night's level is above the usual one; see `estimate_season_level`.
    override_kpi_hash
        Whether to score even if the champion learned under other KPI definitions.
    withheld
        Returns the customers of a bucket who get no score because a feed behind their features failed.
    objections
        Customers who object to profiling, and get no score either.

    Returns
    -------
    `customer_id, as_of, model, probability, low, high` (95 %; null if the model has no intervals), `level` (of the
    night, already included in the three), `missing` (a code of what is missing if there is no probability, else
    null), `model_version`. Sorted by customer.

    Raises
    ------
    ModelError
        If the champion learned from other feature or KPI definitions, or from features that the lake lacks.
    LakeError
        If the lake lacks the features of the date.
    TooLittleDataError
        If no customer is active.
    """
    check_champion(lake, champion, override_kpi_hash=override_kpi_hash)
    parts = [
        _withhold(withheld(bucket) if withheld else None, _score_bucket(lake, definition, champion, as_of, bucket))
        for bucket in lake.buckets
    ]
    scores = _apply_level(_withhold(objections, pl.concat(parts), OBJECTION), level).sort("customer_id")
    if scores.is_empty():
        raise TooLittleDataError(
            what=f"active customers at {as_of:%Y-%m-%d}",
            needed=1,
            found=0,
            fix="Load newer facts, or widen [label] in model.toml.",
        )
    return scores


def _score_bucket(
    lake: Lake, definition: ModelDefinition, champion: RegisteredModel, as_of: datetime, bucket: int
) -> pl.DataFrame:
    rows = dataset.read_active(lake, definition, [as_of], bucket)
    features = rows.select(champion.contract["columns"])
    predicted = champion.predictions(features.to_pandas()) if rows.height else None
    named = {"model": pl.lit(champion.name), "model_version": pl.lit(f"{champion.name}/{champion.version}")}
    scored = rows.select("customer_id", "as_of").with_columns(
        **{
            name: pl.lit(None, pl.Float64)
            if predicted is None
            else pl.Series(name, predicted[name], pl.Float64, nan_to_null=True)
            for name in _SURE
        },
        missing=pl.lit(None, pl.String),
    )
    nothing = dataset.read_unscorable(lake, definition, [as_of], bucket).with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in _SURE
    )
    return pl.concat([scored, nothing], how="diagonal").with_columns(**named)


def _withhold(customers: pl.Series | None, scores: pl.DataFrame, code: str = FEED) -> pl.DataFrame:
    """Remove the scores of some customers, and state what is missing."""
    if customers is None or customers.is_empty():
        return scores
    their = pl.col("customer_id").is_in(customers.implode())
    nulls = [pl.when(~their).then(pl.col(name)).alias(name) for name in _SURE]
    missing = pl.when(their & pl.col("missing").is_null()).then(pl.lit(code)).otherwise(pl.col("missing"))
    return scores.with_columns(*nulls, missing.alias("missing"))


def _apply_level(scores: pl.DataFrame, level: float) -> pl.DataFrame:
    """Move the probabilities to the level of the night."""
    if level:
        scores = scores.with_columns(multiply_odds(pl.col(name), pl.lit(exp(level))) for name in _SURE)
    return scores.with_columns(level=pl.lit(float(level))).select(*SCHEMA)


def check_champion(lake: Lake, champion: RegisteredModel, *, override_kpi_hash: bool = False) -> None:
    """Refuse a champion that does not match the features or the KPI definitions of the lake.

    Raises
    ------
    ModelError
        If it learned from other feature or KPI definitions, or from features that the lake lacks.
    """
    if not (override_kpi_hash or has_current_kpis(champion)):
        raise ModelError(
            model=champion.name,
            expected=f"a champion trained under the KPI definitions in force ({definitions_hash()[:12]})",
            found=f"version {champion.version}, trained under others ({_kpi_hash(champion)[:12]})",
            fix="Train again: lealtad train; or score all the same with --override-kpi-hash.",
        )
    if champion.contract["catalog"] != lake.notes("features").get("catalog"):
        raise ModelError(
            model=champion.name,
            expected="a champion trained on these feature definitions",
            found=f"version {champion.version}, trained on others",
            fix="Train again: lealtad train.",
        )
    missing = sorted(set(champion.contract["columns"]) - lake.columns("features"))
    if missing:
        raise ModelError(
            model=champion.name,
            expected="the features it learned from",
            found=f"none of {', '.join(missing)} in the lake",
            fix="Ingest the tables they come from, or train again without them.",
        )


def has_current_kpis(champion: RegisteredModel) -> bool:
    """Return whether the champion learned under the KPI definitions in force.

    It compares the hash in the champion's contract with the current one; a contract without a hash counts as
    unknown.
    """
    return _kpi_hash(champion) == definitions_hash()


def _kpi_hash(champion: RegisteredModel) -> str:
    # models from before definitions were hashed have none
    return str(champion.contract.get("kpis", "unknown"))
