"""Score the living customers with the champion, night after night; the scores of past nights are kept."""

from __future__ import annotations

from datetime import timedelta
from math import exp
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError, ModelError, TooLittleDataError
from lealtad.base.instants import INSTANT
from lealtad.examples import dataset
from lealtad.kpis import definitions_hash
from lealtad.lake import start_draft
from lealtad.learning.estimators import Level
from lealtad.learning.season.on_lake import estimate_level
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.lake.draft import Draft
    from lealtad.learning.estimators import Season
    from lealtad.models.registry import RegisteredModel

SCORES, PROMOTERS = "scores", "promoters"
FEED = "feed"  # what is missing where a feed failed
_NO_PROMOTERS: dict[str, type[pl.DataType] | pl.DataType] = {
    "customer_id": pl.String,
    "promoter_probability": pl.Float64,
    "promoter_basis": pl.String,
}
_SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    "customer_id": pl.String,
    "as_of": INSTANT,
    "model": pl.String,
    "probability": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "missing": pl.String,
    "model_version": pl.String,
}
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
) -> pl.DataFrame:
    """Return the probability of the outcome for each living customer, one row per customer.

    Parameters
    ----------
    as_of
        A date of the feature table.
    level
        Log-odds by which the night's level lies above the usual one; see `estimate_season_level`.
    override_kpi_hash
        Score although the champion learned under other KPI definitions.
    withheld
        Returns the customers of a bucket who get no score, since a feed that their features rest on failed.

    Returns
    -------
    `customer_id, as_of, model, probability, low, high` (95 %; null where the model does not know), `level` (of the
    night, which the three hold already), `missing` (what is missing where there is no probability, as a code; null
    where there is one), `model_version`; sorted by customer.

    Raises
    ------
    ModelError
        If the champion learned from other feature or KPI definitions, or from features that the lake lacks.
    LakeError
        If the lake lacks the features of the date.
    TooLittleDataError
        If nobody is alive.
    """
    check_champion(lake, champion, override_kpi_hash=override_kpi_hash)
    parts = [
        _withhold(withheld(bucket) if withheld else None, _score_bucket(lake, definition, champion, as_of, bucket))
        for bucket in lake.buckets
    ]
    found = _apply_level(pl.concat(parts), level).sort("customer_id")
    if found.is_empty():
        raise TooLittleDataError(
            what=f"living customers at {as_of:%Y-%m-%d}",
            needed=1,
            found=0,
            fix="Load newer facts, or widen [label] in model.toml.",
        )
    return found


def estimate_season_level(
    lake: Lake, definition: ModelDefinition, season: Season | None, as_of: datetime
) -> Level:
    """Return how far the level of a night lies from the usual one, by what became of those scored before.

    The scores of earlier nights that are kept say what was expected; without them last year's season alone speaks.

    Raises
    ------
    LakeError
        If the lake lacks a table that the label needs.
    """
    if season is None:
        return Level(shift=0.0, rows=0)
    by_model = pl.col("model") == definition.name
    lately = pl.col("as_of").is_between(as_of - timedelta(days=season.outcome_days), as_of, closed="left")
    nights: set[datetime] = set()
    for bucket in lake.buckets if lake.has(SCORES) else []:
        nights |= set(lake.read(SCORES, bucket, columns=["as_of"], where=by_model & lately)["as_of"].unique())

    def told(night: datetime, bucket: int) -> pl.DataFrame:
        scores = lake.read(SCORES, bucket, where=by_model & (pl.col("as_of") == night)).drop_nulls("probability")
        # nights from before levels were kept are at the usual one
        level = pl.col("level").fill_null(0.0) if "level" in scores.columns else pl.lit(0.0)
        return scores.select("customer_id", probability=_multiply_odds(pl.col("probability"), (-level).exp()))

    return estimate_level(lake, definition.label, season, as_of, nights, told, lake.buckets)


def _score_bucket(
    lake: Lake, definition: ModelDefinition, champion: RegisteredModel, as_of: datetime, bucket: int
) -> pl.DataFrame:
    rows = dataset.read_active(lake, definition, [as_of], bucket)
    said = champion.predictions(rows.select(champion.contract["columns"]).to_pandas()) if rows.height else None
    named = {"model": pl.lit(champion.name), "model_version": pl.lit(f"{champion.name}/{champion.version}")}
    scored = rows.select("customer_id", "as_of").with_columns(
        **{
            name: pl.lit(None, pl.Float64)
            if said is None
            else pl.Series(name, said[name], pl.Float64, nan_to_null=True)
            for name in _SURE
        },
        missing=pl.lit(None, pl.String),
    )
    nothing = dataset.read_unscorable(lake, definition, [as_of], bucket).with_columns(
        pl.lit(None, pl.Float64).alias(name) for name in _SURE
    )
    return pl.concat([scored, nothing], how="diagonal").with_columns(**named)


def _withhold(customers: pl.Series | None, scores: pl.DataFrame) -> pl.DataFrame:
    """Take the scores of some customers back, and say what is missing."""
    if customers is None or customers.is_empty():
        return scores
    their = pl.col("customer_id").is_in(customers.implode())
    nulls = [pl.when(~their).then(pl.col(name)).alias(name) for name in _SURE]
    missing = pl.when(their & pl.col("missing").is_null()).then(pl.lit(FEED)).otherwise(pl.col("missing"))
    return scores.with_columns(*nulls, missing.alias("missing"))


def _apply_level(scores: pl.DataFrame, level: float) -> pl.DataFrame:
    """Move the probabilities to the level of the night."""
    if level:
        scores = scores.with_columns(_multiply_odds(pl.col(name), pl.lit(exp(level))) for name in _SURE)
    return scores.with_columns(level=pl.lit(float(level))).select(*_SCHEMA)


def _multiply_odds(probability: pl.Expr, odds: pl.Expr) -> pl.Expr:
    """Multiply the odds; a probability of 0 or 1 stays."""
    return probability * odds / (1 - probability + probability * odds)


def check_champion(lake: Lake, champion: RegisteredModel, *, override_kpi_hash: bool = False) -> None:
    """Refuse a champion that does not know the features or the KPIs of the lake.

    Raises
    ------
    ModelError
        If it learned from other feature or KPI definitions, or from features that the lake lacks.
    """
    if not (override_kpi_hash or knows_kpis(champion)):
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


def save_scores(lake: Lake, nights: Iterable[pl.DataFrame], promoters: pl.DataFrame | None = None) -> Lake:
    """Add scores to the lake's history, in one commit; those of a night and model that it has are replaced.

    Parameters
    ----------
    nights
        Scores as `score` returns them, each of one night and model.
    promoters
        Who would recommend on a night, as `promoter_probabilities` says; None where nobody knows.
    """
    with start_draft(lake) as draft:
        notes = dict(draft.lake.notes(SCORES))
        for scores in nights:
            place = draft.lake.bucket_of(scores["customer_id"])
            night = (pl.col("as_of") == scores["as_of"][0]) & (pl.col("model") == scores["model"][0])
            for bucket in draft.lake.buckets:
                _save_bucket(draft, SCORES, scores.filter(place == bucket), night, bucket)
            name, day = scores["model"][0], f"{scores['as_of'][0]:%Y-%m-%d}"
            # the scores of a past night do not make those of the newest old
            if day >= notes.get(name, "").partition(" ")[0]:
                notes[name] = f"{day} of {describe_facts(lake)}"
        if promoters is not None:
            _save_promoters(draft, promoters)
        draft.note(SCORES, notes)
    return draft.lake


def has_scores(lake: Lake, model: str, as_of: datetime) -> bool:
    """Say whether the lake holds scores of a model of a night."""
    night = (pl.col("as_of") == as_of) & (pl.col("model") == model)
    return lake.has(SCORES) and not lake.read(SCORES, columns=["as_of", "model"], where=night).is_empty()


def _save_promoters(draft: Draft, found: pl.DataFrame) -> None:
    place = draft.lake.bucket_of(found["customer_id"])
    for bucket in draft.lake.buckets:
        _save_bucket(draft, PROMOTERS, found.filter(place == bucket), pl.col("as_of") == found["as_of"][0], bucket)


def _save_bucket(draft: Draft, name: str, fresh: pl.DataFrame, night: pl.Expr, bucket: int) -> None:
    """Append where the night is new: the history of years is not written anew each night."""
    known = draft.lake.read(name, bucket, where=night) if draft.lake.has(name) else fresh.clear()
    if known.is_empty():
        draft.append(name, fresh, bucket)
    elif not (
        set(known.columns) == set(fresh.columns) and known.select(fresh.columns).sort("customer_id").equals(fresh)
    ):
        others = draft.lake.read(name, bucket, where=~night)
        draft.replace(name, pl.concat([others, fresh], how="diagonal"), bucket)


def read_scores(lake: Lake, model: str, as_of: datetime) -> pl.DataFrame:
    """Return the scores of one night, as they were kept.

    Raises
    ------
    LakeError
        If the lake holds none.
    """
    night = (pl.col("as_of") == as_of) & (pl.col("model") == model)
    found = lake.read(SCORES, where=night) if lake.has(SCORES) else pl.DataFrame(schema=_SCHEMA)
    if found.is_empty():
        raise LakeError(
            path=lake.root,
            expected=f"scores of '{model}' at {as_of:%Y-%m-%d}",
            found="none",
            fix="Run lealtad score first.",
        )
    return found.sort("customer_id")


def read_promoters(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return `customer_id, promoter_probability, promoter_basis` of one night; nobody where none were kept."""
    if not lake.has(PROMOTERS):
        return pl.DataFrame(schema=_NO_PROMOTERS)
    return lake.read(PROMOTERS, columns=list(_NO_PROMOTERS), where=pl.col("as_of") == as_of)


def describe_facts(lake: Lake) -> str:
    """Return which facts the lake holds, in short: scores of other facts are not those of now.

    The company's own assignments do not count: making a list adds to them, and changes no score of its night.
    """
    names = {table.name for table in TABLES} - {"interventions"}
    return " ".join(f"{name}:{version}" for name, version in lake.versions.items() if name in names)


def is_current(lake: Lake, model: str, as_of: datetime) -> bool:
    """Say whether the newest scores of a model are of the night and of the facts that the lake holds."""
    return lake.notes(SCORES).get(model) == f"{as_of:%Y-%m-%d} of {describe_facts(lake)}"


def knows_kpis(champion: RegisteredModel) -> bool:
    """Say whether the champion learned under the KPI definitions in force."""
    return _kpi_hash(champion) == definitions_hash()


def _kpi_hash(champion: RegisteredModel) -> str:
    # a model made before definitions were hashed names none
    return str(champion.contract.get("kpis", "unknown"))
