"""The scores of past nights in the lake: saving, finding and reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError
from lealtad.base.instants import INSTANT
from lealtad.lake import start_draft
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lealtad.lake import Lake
    from lealtad.lake.draft import Draft

SCORES, PROMOTERS = "scores", "promoters"
_NO_PROMOTERS: dict[str, type[pl.DataType] | pl.DataType] = {
    "customer_id": pl.String,
    "promoter_probability": pl.Float64,
    "promoter_basis": pl.String,
}
SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
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


def save_scores(lake: Lake, nights: Iterable[pl.DataFrame], promoters: pl.DataFrame | None = None) -> Lake:
    """Add scores to the lake's history in one commit; existing scores of the same night and model are replaced.

    Parameters
    ----------
    nights
        Scores as `score` returns them, each for one night and model.
    promoters
        Promoter probabilities of a night, as `predict_promoters` returns them; None if unknown.
    """
    with start_draft(lake) as draft:
        notes = dict(draft.lake.notes(SCORES))
        for scores in nights:
            place = draft.lake.bucket_of(scores["customer_id"])
            night = (pl.col("as_of") == scores["as_of"][0]) & (pl.col("model") == scores["model"][0])
            for bucket in draft.lake.buckets:
                _save_bucket(draft, SCORES, scores.filter(place == bucket), night, bucket)
            name, day = scores["model"][0], f"{scores['as_of'][0]:%Y-%m-%d}"
            # scores of a past night do not make the newest ones outdated
            if day >= notes.get(name, "").partition(" ")[0]:
                notes[name] = f"{day} of {describe_facts(lake)}"
        if promoters is not None:
            _save_promoters(draft, promoters)
        draft.note(SCORES, notes)
    return draft.lake


def has_scores(lake: Lake, model: str, as_of: datetime) -> bool:
    """Return whether the lake holds scores of a model for a night.

    Parameters
    ----------
    model
        The name of its definition, such as `churn`.
    as_of
        The night.
    """
    night = (pl.col("as_of") == as_of) & (pl.col("model") == model)
    return lake.has(SCORES) and not lake.read(SCORES, columns=["as_of", "model"], where=night).is_empty()


def _save_promoters(draft: Draft, promoters: pl.DataFrame) -> None:
    place = draft.lake.bucket_of(promoters["customer_id"])
    for bucket in draft.lake.buckets:
        _save_bucket(
            draft, PROMOTERS, promoters.filter(place == bucket), pl.col("as_of") == promoters["as_of"][0], bucket
        )


def _save_bucket(draft: Draft, name: str, fresh: pl.DataFrame, night: pl.Expr, bucket: int) -> None:
    """Append if the night is new, so that years of history are not rewritten each night."""
    before = draft.lake.read(name, bucket, where=night) if draft.lake.has(name) else fresh.clear()
    if before.is_empty():
        draft.append(name, fresh, bucket)
    elif not (
        set(before.columns) == set(fresh.columns)
        and before.select(fresh.columns).sort("customer_id").equals(fresh)
    ):
        others = draft.lake.read(name, bucket, where=~night)
        draft.replace(name, pl.concat([others, fresh], how="diagonal"), bucket)


def read_scores(lake: Lake, model: str, as_of: datetime) -> pl.DataFrame:
    """Return the stored scores of one night.

    Parameters
    ----------
    model
        The name of its definition, such as `churn`.
    as_of
        The night.

    Returns
    -------
    One row per active customer, sorted by `customer_id`. `probability, low, high` are null if the customer could
    not be scored; `missing` then states what was missing.

    Raises
    ------
    LakeError
        If the lake holds no scores of the model for this night.
    """
    night = (pl.col("as_of") == as_of) & (pl.col("model") == model)
    scores = lake.read(SCORES, where=night) if lake.has(SCORES) else pl.DataFrame(schema=SCHEMA)
    if scores.is_empty():
        raise LakeError(
            path=lake.root,
            expected=f"scores of '{model}' at {as_of:%Y-%m-%d}",
            found="none",
            fix="Run lealtad score first.",
        )
    return scores.sort("customer_id")


def read_promoters(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return the promoter probabilities of one night, one row per customer; no rows if none were stored.

    Returns
    -------
    `customer_id, promoter_probability` (null where unknown), `promoter_basis` (answered, modelled or unknown).
    """
    if not lake.has(PROMOTERS):
        return pl.DataFrame(schema=_NO_PROMOTERS)
    return lake.read(PROMOTERS, columns=list(_NO_PROMOTERS), where=pl.col("as_of") == as_of)


def describe_facts(lake: Lake) -> str:
    """Return the versions of the lake's fact tables in short form; scores of other versions are outdated.

    The company's own assignments do not count: a list adds to them without changing any score of its night.
    """
    names = {table.name for table in TABLES} - {"interventions"}
    return " ".join(f"{name}:{version}" for name, version in lake.versions.items() if name in names)


def is_current(lake: Lake, model: str, as_of: datetime) -> bool:
    """Return whether the newest scores of a model are for this night and the current facts of the lake.

    Parameters
    ----------
    model
        The name of its definition, such as `churn`.
    as_of
        The night.

    Returns
    -------
    False also if there are no scores, or if facts were loaded since; see `describe_facts`.
    """
    return lake.notes(SCORES).get(model) == f"{as_of:%Y-%m-%d} of {describe_facts(lake)}"
