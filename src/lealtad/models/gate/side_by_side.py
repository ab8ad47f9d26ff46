"""Challenger and champion on the challenger's test slice, read from the lake as of its training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import ModelError
from lealtad.examples import dataset
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data
from lealtad.learning.season.lake_levels import apply_levels, estimate_past_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.models.registry import RegisteredModel

_JUDGED = ("customer", "as_of", "observed")
_CLOSE = 1e-6


@dataclass(frozen=True)
class SideBySide:
    """The slice, with the probabilities of all models on it.

    Attributes
    ----------
    judged
        `customer` (a number), `as_of, observed`, and the probabilities of `model`, of each baseline, and of
        `champion` where there is one that can score.
    baselines
        Their names.
    champion_lacks
        Columns that the champion needs and the lake does not hold.
    """

    judged: pl.DataFrame
    baselines: list[str]
    champion_lacks: list[str]


def score_side_by_side(
    lake: Lake, definition: ModelDefinition, challenger: RegisteredModel, champion: RegisteredModel | None
) -> SideBySide:
    """Score both models on the challenger's test rows, as they were in the lake at its training.

    Parameters
    ----------
    lake
        Must still hold the commit that the challenger was judged on.
    definition
        The definition of both models.
    champion
        None if there is none yet.

    Returns
    -------
    One row per customer and test date: date, outcome, and the probability by each model and baseline. Features
    that the champion needs and the rows lack are named; then it is not scored.

    Raises
    ------
    ModelError
        If the lake no longer holds these rows, or the challenger scores them differently than at its training.
    """
    logged = challenger.evidence("judged")
    past = _open_judged_lake(lake, challenger)
    rows = _read_rows(past, definition, challenger)
    scored = _score_rows(past, definition, challenger, rows)
    same = (
        rows.height == logged.height
        and rows["observed"].cast(pl.Boolean).to_list() == _read_truth(logged["observed"]).to_list()
        and bool(np.abs(scored - logged["model"].to_numpy()).max() < _CLOSE)
    )
    if not same:
        raise _rows_error(challenger, f"{rows.height} rows that differ from the {logged.height} it was judged on")
    names = [name for name in challenger.evidence("metrics")["name"] if name not in ("model", "champion")]
    judged = rows.select("as_of", "observed").with_columns(
        logged["customer"], pl.Series("model", scored), *(logged[name] for name in names)
    )
    lacks = [] if champion is None else sorted(set(champion.contract["columns"]) - set(rows.columns))
    if champion is not None and not lacks:
        judged = judged.with_columns(pl.Series("champion", _score_rows(past, definition, champion, rows)))
    return SideBySide(judged.select(*_JUDGED, pl.exclude(*_JUDGED)), names, lacks)


def _open_judged_lake(lake: Lake, challenger: RegisteredModel) -> Lake:
    commit = (challenger.params or {}).get("lake.commit", "")
    return Lake.open(lake.root, commit=int(commit)) if commit.isdigit() else lake


def _use_all_families(definition: ModelDefinition) -> ModelDefinition:
    # the champion may use families that the definition no longer includes
    return definition.model_copy(update={"families": ()})


def _score_rows(
    past: Lake, definition: ModelDefinition, model: RegisteredModel, rows: pl.DataFrame
) -> NDArray[np.float64]:
    """Return a model's probabilities of the rows, adjusted to the level that was known at each date."""

    def predict(some: pl.DataFrame) -> NDArray[np.float64]:
        return np.asarray(model.probabilities(some.select(model.contract["columns"]).to_pandas()))

    dates = rows["as_of"].unique().sort().to_list()
    levels = estimate_past_levels(past, _use_all_families(definition), model.season, predict, dates)
    return apply_levels(predict(rows), rows["as_of"], levels)


def _read_rows(past: Lake, definition: ModelDefinition, challenger: RegisteredModel) -> pl.DataFrame:
    dates = definition.timeline(find_end_of_data(past)).split(definition.train_dates, definition.dates.test)
    rows = dataset.build_dataset(past, _use_all_families(definition), dates.test).rows
    missing = sorted(set(challenger.contract["columns"]) - set(rows.columns))
    if missing:
        raise _rows_error(challenger, f"no feature {', '.join(missing[:3])}")
    return rows


def _rows_error(challenger: RegisteredModel, found: str) -> ModelError:
    return ModelError(
        model=challenger.name,
        expected=f"the rows on which version {challenger.version} was judged",
        found=f"{found} in the lake",
        fix="Train again: lealtad train.",
    )


def _read_truth(column: pl.Series) -> pl.Series:
    return column if column.dtype == pl.Boolean else column.cast(pl.String).str.to_lowercase() == "true"
