"""Score every living customer with the champion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad import dataset
from lealtad.errors import ModelError, TooLittleDataError
from lealtad.kpis import definitions_hash
from lealtad.timeline import end_of_data

if TYPE_CHECKING:
    from lealtad.definition import Definition
    from lealtad.lake import Lake
    from lealtad.registry import Champion


def provenance(lake: Lake) -> dict[str, str]:
    """Return what scores of this lake are made of: the version of its features."""
    return {"features": str(lake.versions.get("features"))}


def score(
    lake: Lake, definition: Definition, champion: Champion, *, override_kpi_hash: bool = False
) -> pl.DataFrame:
    """Return the probability of the outcome, one row per living customer at the newest as-of date.

    Parameters
    ----------
    override_kpi_hash
        Score although the champion learned under other KPI definitions.

    Returns
    -------
    `customer_id, as_of, probability, model_version`, sorted by customer.

    Raises
    ------
    ModelError
        If the champion learned from other feature or KPI definitions, or from features that the lake lacks.
    TooLittleDataError
        If nobody is alive.
    """
    if not (override_kpi_hash or knows_kpis(champion)):
        raise ModelError(
            model=champion.name,
            expected=f"a champion trained under the KPI definitions in force ({definitions_hash()[:12]})",
            found=f"version {champion.version}, trained under others ({_kpis(champion)[:12]})",
            mend="Train again: python -m pipelines.train; or score all the same with --override-kpi-hash.",
        )
    rows = dataset.living(lake, definition, [end_of_data(lake)])
    if champion.contract["catalog"] != lake.notes("features")["catalog"]:
        raise ModelError(
            model=champion.name,
            expected="a champion trained on these feature definitions",
            found=f"version {champion.version}, trained on others",
            mend="Train again: python -m pipelines.train.",
        )
    if rows.is_empty():
        raise TooLittleDataError(
            what="living customers at the newest date",
            needed=1,
            found=0,
            mend="Load newer orders, or widen alive_days in model.toml.",
        )
    missing = sorted(set(champion.contract["columns"]) - set(rows.columns))
    if missing:
        raise ModelError(
            model=champion.name,
            expected="the features it learned from",
            found=f"none of {', '.join(missing)} in the lake",
            mend="Ingest the tables they come from, or train again without them.",
        )
    probability = champion.probabilities(rows.select(champion.contract["columns"]).to_pandas())
    return rows.select("customer_id", "as_of").with_columns(
        pl.Series("probability", probability.to_numpy()),
        pl.lit(f"{champion.name}/{champion.version}").alias("model_version"),
    )


def knows_kpis(champion: Champion) -> bool:
    """Say whether the champion learned under the KPI definitions in force."""
    return _kpis(champion) == definitions_hash()


def _kpis(champion: Champion) -> str:
    # a model made before definitions were hashed names none
    return str(champion.contract.get("kpis", "unknown"))
