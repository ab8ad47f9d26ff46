"""Fit, calibrate and judge: a model beside its baselines, on dates later than all it learned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad import dataset
from lealtad.estimators import ForwardCalibratedClassifier, baselines
from lealtad.evaluation import compute_intervals, compute_metrics, compute_metrics_by
from lealtad.timeline import end_of_data

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from lealtad.dataset import Dataset
    from lealtad.definition import Definition
    from lealtad.lake import Lake

MODEL = "model"
METRICS = ("auc", "pr_auc", "brier", "ece", "lift_top_decile", "n")


@dataclass(frozen=True)
class Trained:
    """A fitted model with what it learned from, what it was judged on, and the verdict.

    Attributes
    ----------
    model
        The fitted classifier.
    train, test
        The rows it learned from, and later ones.
    probabilities
        By name (`model` and each baseline), the predicted probability of each test row.
    metrics
        One row per name: `name, auc, pr_auc, brier, ece, lift_top_decile, n`, and for each metric its 95 %
        interval over customers as `*_low, *_high`.
    metrics_by_date
        The model's metrics at each test date.
    typical, worse
        By feature, the median of customers who stayed and the direction in which churners differ.
    """

    model: ForwardCalibratedClassifier
    train: Dataset
    test: Dataset
    probabilities: dict[str, NDArray[np.float64]]
    metrics: pl.DataFrame
    metrics_by_date: pl.DataFrame
    typical: dict[str, float]
    worse: dict[str, int]


def train(lake: Lake, definition: Definition, progress: Callable[[str], None] = lambda _: None) -> Trained:
    """Train the model that the definition describes, and judge it beside its baselines.

    Parameters
    ----------
    lake
        With orders and a feature table.
    progress
        Called with a line of text before each long step.

    Raises
    ------
    TooLittleDataError
        If there are too few rows or outcomes to learn from or to judge on.
    LakeError
        If the feature table is missing or outdated.
    """
    split = definition.timeline(end_of_data(lake)).split(definition.dates.train, definition.dates.test)
    past = dataset.labelled(lake, definition, split.train)
    later = dataset.labelled(lake, definition, split.test)
    # what nobody of the past has cannot be learned from
    empty = [name for name in past.features if past.rows[name].null_count() == past.rows.height]
    past, later = past.without(empty), later.without(empty)
    X, y = past.X, past.y
    progress(f"fit {len(y):,} rows × {X.shape[1]} features, judge {len(later.y):,} later rows")
    model = _model(definition).fit(X.to_numpy(), y.to_numpy(), as_of=past.rows["as_of"].to_numpy())
    scored = later.X.to_numpy()
    probabilities = {MODEL: model.predict_proba(scored)[:, 1]}
    for name, baseline in baselines(past.features).items():
        progress(f"fit baseline {name}")
        probabilities[name] = baseline.fit(X.to_numpy(), y.to_numpy()).predict_proba(scored)[:, 1]
    progress("intervals by resampling customers")
    return Trained(
        model=model,
        train=past,
        test=later,
        probabilities=probabilities,
        metrics=_judged(later, probabilities, definition.seed),
        metrics_by_date=compute_metrics_by(later.rows["as_of"].to_numpy(), later.y, probabilities[MODEL]),
        typical={str(name): float(value) for name, value in X[y == 0].median().items()},
        worse=_direction(X, y),
    )


def _model(definition: Definition) -> ForwardCalibratedClassifier:
    from lightgbm import LGBMClassifier

    settings = definition.booster
    trees = LGBMClassifier(
        n_estimators=settings.rounds,
        learning_rate=settings.learning_rate,
        num_leaves=settings.leaves,
        min_child_samples=settings.min_rows_per_leaf,
        colsample_bytree=settings.feature_share,
        subsample=settings.row_share,
        subsample_freq=1,
        reg_lambda=settings.l2,
        random_state=definition.seed,
        deterministic=True,
        force_row_wise=True,
        verbose=-1,
    )
    return ForwardCalibratedClassifier(trees, outcome_days=definition.label.outcome_days)


def _judged(test: Dataset, probabilities: dict[str, NDArray[np.float64]], seed: int) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    customers = test.rows["customer_id"].to_numpy()
    for name, probability in probabilities.items():
        ends = compute_intervals(test.y, probability, customers, seed=seed)
        low = {f"{metric}_low": interval[0] for metric, interval in ends.items()}
        high = {f"{metric}_high": interval[1] for metric, interval in ends.items()}
        rows.append({"name": name, **compute_metrics(test.y, probability), **low, **high})
    return pl.DataFrame(rows)


def _direction(X: pd.DataFrame, y: pd.Series[int]) -> dict[str, int]:
    """Say for each feature whether churners rank higher (+1) or lower (-1) than those who stay."""
    ranks = X.rank()
    return {str(name): 1 if ranks[name][y == 1].mean() >= ranks[name][y == 0].mean() else -1 for name in X.columns}
