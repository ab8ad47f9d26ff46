"""Fit, calibrate and judge a model of a lake, as its definition says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples import dataset
from lealtad.examples.features import CATALOG
from lealtad.kpis.segments import find_segments
from lealtad.lake.timeline import find_end_of_data
from lealtad.learning.estimators import baselines
from lealtad.learning.evaluation import Economics
from lealtad.learning.fitting import fit, fit_baseline, split_rows
from lealtad.learning.on_lake.directions import choose_directions
from lealtad.learning.on_lake.judging import EvaluationData, evaluate_models
from lealtad.learning.on_lake.planning import plan_training
from lealtad.learning.on_lake.readable import select_readable
from lealtad.learning.on_lake.trained import MODEL, TrainedModel
from lealtad.learning.search import Examples
from lealtad.learning.season.on_lake import apply_levels, estimate_past_levels, learn_season

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.examples.dataset import Dataset
    from lealtad.examples.features import Feature
    from lealtad.lake import Lake
    from lealtad.learning.estimators import Season
    from lealtad.learning.fitting import FittedModel
    from lealtad.learning.season.on_lake import Predict

CHAMPION = "champion"
_DEFAULT = Economics()
_INDEX = ["customer_id", "as_of"]


def train(  # noqa: PLR0913 - what is learned from, and beside what it is judged
    lake: Lake,
    definition: ModelDefinition,
    progress: Callable[[str], None] = lambda _: None,
    *,
    champion: Callable[[pd.DataFrame], ArrayLike] | None = None,
    champion_season: Season | None = None,
    economics: Economics = _DEFAULT,
    capacity: int = 100,
    value: pl.DataFrame | None = None,
    storage: Path | str | None = None,
    catalog: Sequence[Feature] = CATALOG,
) -> TrainedModel:
    """Train the model that the definition describes, and judge it beside its baselines.

    Parameters
    ----------
    lake
        With the tables of the label and a feature table.
    progress
        Called with a line of text before each long step and after each trial.
    champion
        Returns the probability of each row of features: the model in charge, judged on the same rows.
    champion_season
        How it knows the level of a date.
    economics
        What a contact brings and costs.
    capacity
        How many customers the team can contact per list.
    value
        `customer_id, as_of, value`: what is at stake with a customer; who is not named has that of `economics`.
    storage
        Where the search is remembered, to be resumed: see `Plan`.
    catalog
        The features, of which some state the direction of risk.

    Raises
    ------
    TooLittleDataError
        If there are too few rows or outcomes to learn from or to judge on; it says how many more are needed.
    LakeError
        If the feature table is missing or outdated.
    """
    split = definition.timeline(find_end_of_data(lake)).split(definition.dates.train, definition.dates.test)
    buckets = dataset.choose_buckets(lake, definition, split.train)
    if len(buckets) < len(lake.buckets):
        progress(f"learn from the customers of {len(buckets)} of {len(lake.buckets)} buckets ([dates] most_rows)")
    found = (dataset.build_dataset(lake, definition, dates) for dates in (split.train, split.test))
    past, later, notes = select_readable(next(found), next(found))
    progress(
        f"{past.rows.height:,} rows × {len(past.features)} features, judged on {later.rows.height:,} later ones"
    )
    examples, freed = build_examples(past, definition, catalog)
    for line in (*notes, *freed):
        progress(line)
    fitted = _fit(past, examples, definition, storage, progress)
    progress("baselines, and intervals by resampling customers")

    def own(rows: pl.DataFrame) -> NDArray[np.float64]:
        values = rows.select(past.features).to_numpy()
        # as in training, what has no end is not known
        return fitted.predict(np.where(np.isinf(values), np.nan, values))

    season = learn_season(lake, definition, past, own)
    probabilities = {MODEL: _predict_as_used(lake, definition, later, own, season)}
    probabilities |= _predict_baselines(examples, past.features, later, definition.seed)
    if champion is not None:

        def in_charge(rows: pl.DataFrame) -> NDArray[np.float64]:
            return np.asarray(champion(rows.select(past.features).to_pandas()), dtype=np.float64)

        probabilities[CHAMPION] = _predict_as_used(lake, definition, later, in_charge, champion_season)
    bench = EvaluationData(
        test=later,
        segments=find_segments(lake, later.rows),
        capacity=capacity,
        economics=economics,
        value=_value_rows(later, value, economics),
        seed=definition.seed,
    )
    X, y = past.X, past.y
    return TrainedModel(
        fitted=fitted,
        train=past,
        test=later,
        probabilities=probabilities,
        verdict=evaluate_models(bench, probabilities, MODEL),
        typical={str(name): float(middle) for name, middle in X[y == 0].median().items()},
        worse=_find_risk_directions(X, y),
        season=season,
        notes=(*notes, *freed),
    )


def build_examples(
    past: Dataset, definition: ModelDefinition, catalog: Sequence[Feature]
) -> tuple[Examples, tuple[str, ...]]:
    """Return what trees learn from, and what to say of the directions of risk that the data contradict."""
    values, happened = past.X.to_numpy(dtype=np.float64), np.asarray(past.y, dtype=np.float64)
    stated = catalog if definition.constraints.catalog else ()
    held, freed = choose_directions(stated, past.features, values, happened, past.customers)
    weight = None if (past.weight == 1).all() else past.weight
    return Examples(values, happened, directions=held, weight=weight), freed


def _fit(
    past: Dataset,
    examples: Examples,
    definition: ModelDefinition,
    storage: Path | str | None,
    say: Callable[[str], None],
) -> FittedModel:
    days = past.rows["as_of"].dt.epoch("us").to_numpy() / 86_400e6
    folds = split_rows(
        examples.happened,
        past.customers,
        days,
        outcome_days=definition.label.outcome_days,
        count=definition.search.folds,
        seed=definition.seed,
    )
    return fit(examples, folds, past.customers, time=days, plan=plan_training(definition, storage), say=say)


def _predict_as_used(
    lake: Lake, definition: ModelDefinition, later: Dataset, predict: Predict, season: Season | None
) -> NDArray[np.float64]:
    """Return the probability of each later row, at the level that would have been known at its date."""
    dates = later.rows["as_of"].unique().sort().to_list()
    levels = estimate_past_levels(lake, definition, season, predict, dates)
    return apply_levels(predict(later.rows), later.rows["as_of"], levels)


def _predict_baselines(
    examples: Examples, columns: list[str], later: Dataset, seed: int
) -> dict[str, NDArray[np.float64]]:
    scored = later.X.to_numpy(dtype=np.float64)
    everybody = np.arange(len(examples.happened))
    return {
        name: fit_baseline(one, examples, everybody, seed=seed).predict_proba(scored)[:, 1]
        for name, one in baselines(columns).items()
    }


def _value_rows(later: Dataset, value: pl.DataFrame | None, economics: Economics) -> NDArray[np.float64] | None:
    if value is None:
        return None
    rows = later.rows.select(_INDEX).join(value, on=_INDEX, how="left", maintain_order="left")
    return rows["value"].fill_null(economics.value).to_numpy()


def _find_risk_directions(X: pd.DataFrame, y: pd.Series[int]) -> dict[str, int]:
    """Say for each feature whether churners rank higher (+1) or lower (-1) than those who stay."""
    ranks = X.rank()
    return {str(name): 1 if ranks[name][y == 1].mean() >= ranks[name][y == 0].mean() else -1 for name in X.columns}
