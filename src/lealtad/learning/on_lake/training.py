"""Train a model of a lake as its definition says: learn, judge, return both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.base.errors import SettingsError
from lealtad.examples import dataset
from lealtad.examples.features import CATALOG
from lealtad.kpis.segments import find_segments
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data
from lealtad.learning.estimators import make_baselines
from lealtad.learning.evaluation import Economics, compare_with_chance
from lealtad.learning.fitting import describe_few_folds, fit, fit_baseline, split_rows
from lealtad.learning.learners import choose_learner
from lealtad.learning.on_lake.evaluation import EvaluationData, evaluate_models
from lealtad.learning.on_lake.examples import build_examples, select_readable
from lealtad.learning.on_lake.feature_descriptions import describe_features
from lealtad.learning.on_lake.feature_model import FeatureModel, Incumbent
from lealtad.learning.on_lake.plan import plan_training, read_learner
from lealtad.learning.on_lake.trained_model import MODEL, TrainedModel
from lealtad.learning.season.lake_levels import apply_levels, estimate_past_levels, learn_season

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.examples.dataset import Dataset
    from lealtad.examples.features import Feature
    from lealtad.learning.learners import AnyLearner, Examples
    from lealtad.learning.search import Fold
    from lealtad.learning.season import Season
    from lealtad.learning.season.lake_levels import Predict

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
    learner: Any = None,
) -> TrainedModel:
    """Train the model that the definition describes, and judge it against its baselines.

    The model learns from the definition's earlier dates and is judged on its later ones.

    Parameters
    ----------
    lake
        With the tables of the label and a feature table.
    definition
        What is predicted, on which dates, and how settings are searched.
    progress
        Called with a line of text before each long step and after each trial.
    champion
        Returns the champion's probability for each row of features, to be judged on the same rows.
    champion_season
        How the champion adjusts to the level of a date.
    economics
        Value and costs of a contact.
    capacity
        Number of customers the team can contact per list.
    value
        `customer_id, as_of, value`: the value at stake of a customer; others take the value of `economics`.
    storage
        Where the search is stored so that it can be resumed; see `FitPlan`.
    catalog
        The features, some of which state the direction of risk.
    learner
        The kind of model, by name: `lightgbm`, `logistic`, `catboost` or `mean`. Or an estimator or pipeline of
        scikit-learn. Several of these stand for their mean. None takes that of `[learner]` in the definition.

    Returns
    -------
    The fitted model, both slices, every probability on the later one, and the evaluation.

    Raises
    ------
    SettingsError
        If `lake` is not a lake, or the learner is unknown or cannot take the examples.
    TooLittleDataError
        If there are too few rows or outcomes to learn from or to judge on; the message states how many more are
        needed.
    LakeError
        If the feature table is missing or outdated.

    Examples
    --------
    >>> import lealtad
    >>> lealtad.train([1, 2], lealtad.ModelDefinition(name="churn"))
    Traceback (most recent call last):
    ...
    lealtad.base.errors.SettingsError: train: expected a lake, found list. ...
    """
    chosen = read_learner(definition) if learner is None else choose_learner(learner)
    past, later, notes = _read_slices(lake, definition, progress)
    examples, folds, remarks = _lay_out_examples(past, definition, catalog, chosen, progress)
    plan = plan_training(definition, storage, chosen)
    fitted = fit(examples, folds, past.customers, time=_read_days(past), plan=plan, say=progress)
    progress("baselines, and intervals by resampling customers")
    own = FeatureModel(fitted, past.features).predict
    season = learn_season(lake, definition, past, own)
    probabilities = {MODEL: _predict_as_used(lake, definition, later, own, season)}
    probabilities |= _predict_baselines(examples, past.features, later, definition.seed)
    if champion is not None:
        rival = Incumbent(champion, past.features).predict
        probabilities[CHAMPION] = _predict_as_used(lake, definition, later, rival, champion_season)
    data = _gather_evaluation_data(lake, definition, later, value, economics, capacity)
    return TrainedModel(
        fitted=fitted,
        train=past,
        test=later,
        segments=data.segments,
        probabilities=probabilities,
        evaluation=evaluate_models(data, probabilities, MODEL),
        chance=compare_with_chance(later.y, probabilities[MODEL], later.customers, seed=definition.seed),
        **describe_features(past),
        season=season,
        notes=(*notes, *remarks),
    )


def _require_lake(lake: object) -> None:
    if not isinstance(lake, Lake):
        raise SettingsError(
            place="train",
            expected="a lake",
            found=type(lake).__name__,
            fix="Pass Lake.open(folder); for a table of your own call lealtad.train_table(X, y).",
        )


def _read_slices(
    lake: Lake, definition: ModelDefinition, progress: Callable[[str], None]
) -> tuple[Dataset, Dataset, tuple[str, ...]]:
    """Return the rows to learn from, later ones to be judged on, and notes about columns that were left out."""
    _require_lake(lake)
    split = definition.timeline(find_end_of_data(lake)).split(definition.train_dates, definition.dates.test)
    buckets = dataset.choose_buckets(lake, definition, split.train)
    if len(buckets) < len(lake.buckets):
        progress(f"learn from the customers of {len(buckets)} of {len(lake.buckets)} buckets ([dates] most_rows)")
    earlier = dataset.build_dataset(lake, definition, split.train)
    past, later, notes = select_readable(earlier, dataset.build_dataset(lake, definition, split.test))
    progress(
        f"{past.rows.height:,} rows × {len(past.features)} features, judged on {later.rows.height:,} later ones"
    )
    for line in notes:
        progress(line)
    return past, later, notes


def _lay_out_examples(
    past: Dataset,
    definition: ModelDefinition,
    catalog: Sequence[Feature],
    learner: AnyLearner,
    progress: Callable[[str], None],
) -> tuple[Examples, list[Fold], tuple[str, ...]]:
    """Return the examples, the folds they are judged in, and notes about both."""
    examples, freed = build_examples(past, definition, catalog, learner)
    days = _read_days(past)
    folds = split_rows(
        examples.happened,
        past.customers,
        days,
        outcome_days=definition.label.outcome_days,
        count=definition.search.folds,
        seed=definition.seed,
    )
    remarks = (*freed, *describe_few_folds(folds, days))
    for line in remarks:
        progress(line)
    return examples, folds, remarks


def _read_days(past: Dataset) -> NDArray[np.float64]:
    """Return the date of each row, in days."""
    return np.asarray(past.rows["as_of"].dt.epoch("us").to_numpy() / 86_400e6)


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
        name: fit_baseline(baseline, examples, everybody, seed=seed).predict_proba(scored)[:, 1]
        for name, baseline in make_baselines(columns).items()
    }


def _gather_evaluation_data(  # noqa: PLR0913, PLR0917 - what is judged, and by what it is weighed
    lake: Lake,
    definition: ModelDefinition,
    later: Dataset,
    value: pl.DataFrame | None,
    economics: Economics,
    capacity: int,
) -> EvaluationData:
    stakes = _value_rows(later, value, economics)
    return EvaluationData(later, find_segments(lake, later.rows), capacity, economics, stakes, definition.seed)


def _value_rows(later: Dataset, value: pl.DataFrame | None, economics: Economics) -> NDArray[np.float64] | None:
    if value is None:
        return None
    rows = later.rows.select(_INDEX).join(value, on=_INDEX, how="left", maintain_order="left")
    return rows["value"].fill_null(economics.value).to_numpy()
