"""Fit, calibrate and judge a model of a lake, as its definition says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.examples import dataset
from lealtad.examples.features import CATALOG
from lealtad.kpis.grouping import attributes
from lealtad.lake.timeline import end_of_data
from lealtad.learning.estimators import baselines
from lealtad.learning.evaluation import Economics
from lealtad.learning.fitting import baseline_fitted, fit, parted
from lealtad.learning.on_lake.directions import directions
from lealtad.learning.on_lake.judging import Bench, judged
from lealtad.learning.on_lake.planning import planned
from lealtad.learning.on_lake.readable import readable
from lealtad.learning.on_lake.trained import MODEL, Trained
from lealtad.learning.search import Examples
from lealtad.learning.season.on_lake import at_levels, learn_season, past_levels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from lealtad.company.model_definition import Definition
    from lealtad.examples.dataset import Dataset
    from lealtad.examples.features import Feature
    from lealtad.lake import Lake
    from lealtad.learning.estimators import Season
    from lealtad.learning.fitting import Fitted
    from lealtad.learning.season.on_lake import Predict

CHAMPION = "champion"
_DEFAULT = Economics()
_INDEX = ["customer_id", "as_of"]


def train(  # noqa: PLR0913 - what is learned from, and beside what it is judged
    lake: Lake,
    definition: Definition,
    progress: Callable[[str], None] = lambda _: None,
    *,
    champion: Callable[[pd.DataFrame], ArrayLike] | None = None,
    champion_season: Season | None = None,
    economics: Economics = _DEFAULT,
    capacity: int = 100,
    value: pl.DataFrame | None = None,
    storage: Path | str | None = None,
    catalog: Sequence[Feature] = CATALOG,
) -> Trained:
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
    split = definition.timeline(end_of_data(lake)).split(definition.dates.train, definition.dates.test)
    buckets = dataset.learnable_buckets(lake, definition, split.train)
    if len(buckets) < len(lake.buckets):
        progress(f"learn from the customers of {len(buckets)} of {len(lake.buckets)} buckets ([dates] most_rows)")
    found = (dataset.labelled(lake, definition, dates) for dates in (split.train, split.test))
    past, later, notes = readable(next(found), next(found))
    progress(
        f"{past.rows.height:,} rows × {len(past.features)} features, judged on {later.rows.height:,} later ones"
    )
    examples, freed = examples_of(past, definition, catalog)
    for line in (*notes, *freed):
        progress(line)
    fitted = _fitted(past, examples, definition, storage, progress)
    progress("baselines, and intervals by resampling customers")

    def own(rows: pl.DataFrame) -> NDArray[np.float64]:
        values = rows.select(past.features).to_numpy()
        # as in training, what has no end is not known
        return fitted.predict(np.where(np.isinf(values), np.nan, values))

    season = learn_season(lake, definition, past, own)
    probabilities = {MODEL: _judged_as_used(lake, definition, later, own, season)}
    probabilities |= _baselines(examples, past.features, later, definition.seed)
    if champion is not None:

        def in_charge(rows: pl.DataFrame) -> NDArray[np.float64]:
            return np.asarray(champion(rows.select(past.features).to_pandas()), dtype=np.float64)

        probabilities[CHAMPION] = _judged_as_used(lake, definition, later, in_charge, champion_season)
    bench = Bench(
        test=later,
        segments=_segments(lake, later),
        capacity=capacity,
        economics=economics,
        value=_value(later, value, economics),
        seed=definition.seed,
    )
    X, y = past.X, past.y
    return Trained(
        fitted=fitted,
        train=past,
        test=later,
        probabilities=probabilities,
        verdict=judged(bench, probabilities, MODEL),
        typical={str(name): float(middle) for name, middle in X[y == 0].median().items()},
        worse=_worse(X, y),
        season=season,
        notes=(*notes, *freed),
    )


def examples_of(
    past: Dataset, definition: Definition, catalog: Sequence[Feature]
) -> tuple[Examples, tuple[str, ...]]:
    """Return what trees learn from, and what to say of the directions of risk that the data contradict."""
    values, happened = past.X.to_numpy(dtype=np.float64), np.asarray(past.y, dtype=np.float64)
    stated = catalog if definition.constraints.catalog else ()
    held, freed = directions(stated, past.features, values, happened, past.customers)
    weight = None if (past.weight == 1).all() else past.weight
    return Examples(values, happened, directions=held, weight=weight), freed


def _fitted(
    past: Dataset,
    examples: Examples,
    definition: Definition,
    storage: Path | str | None,
    say: Callable[[str], None],
) -> Fitted:
    days = past.rows["as_of"].dt.epoch("us").to_numpy() / 86_400e6
    folds = parted(
        examples.happened,
        past.customers,
        days,
        outcome_days=definition.label.outcome_days,
        count=definition.search.folds,
        seed=definition.seed,
    )
    return fit(examples, folds, past.customers, time=days, plan=planned(definition, storage), say=say)


def _judged_as_used(
    lake: Lake, definition: Definition, later: Dataset, predict: Predict, season: Season | None
) -> NDArray[np.float64]:
    """Return the probability of each later row, at the level that would have been known at its date."""
    dates = later.rows["as_of"].unique().sort().to_list()
    levels = past_levels(lake, definition, season, predict, dates)
    return at_levels(predict(later.rows), later.rows["as_of"], levels)


def _baselines(
    examples: Examples, columns: list[str], later: Dataset, seed: int
) -> dict[str, NDArray[np.float64]]:
    scored = later.X.to_numpy(dtype=np.float64)
    everybody = np.arange(len(examples.happened))
    return {
        name: baseline_fitted(one, examples, everybody, seed=seed).predict_proba(scored)[:, 1]
        for name, one in baselines(columns).items()
    }


def _segments(lake: Lake, later: Dataset) -> pl.Series:
    """Return the segment of each row's customer at its date; null where the company states none."""
    people = [
        _people(lake, as_of).with_columns(pl.lit(as_of, later.rows.schema["as_of"]).alias("as_of"))
        for as_of in later.rows["as_of"].unique().sort()
    ]
    rows = later.rows.select(_INDEX).join(pl.concat(people), on=_INDEX, how="left", maintain_order="left")
    return rows["segment"]


def _people(lake: Lake, as_of: object) -> pl.DataFrame:
    people = attributes(lake.read("customers", as_of=as_of), as_of)  # type: ignore[arg-type]
    if "segment" not in people.columns:
        people = people.with_columns(pl.lit(None, pl.String).alias("segment"))
    return people.select("customer_id", "segment")


def _value(later: Dataset, value: pl.DataFrame | None, economics: Economics) -> NDArray[np.float64] | None:
    if value is None:
        return None
    rows = later.rows.select(_INDEX).join(value, on=_INDEX, how="left", maintain_order="left")
    return rows["value"].fill_null(economics.value).to_numpy()


def _worse(X: pd.DataFrame, y: pd.Series[int]) -> dict[str, int]:
    """Say for each feature whether churners rank higher (+1) or lower (-1) than those who stay."""
    ranks = X.rank()
    return {str(name): 1 if ranks[name][y == 1].mean() >= ranks[name][y == 0].mean() else -1 for name in X.columns}
