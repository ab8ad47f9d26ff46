"""The evaluation: every measure of a model and of those beside it, in all, by date and by segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.learning.evaluation import (
    Economics,
    compute_contacted_profit,
    compute_intervals,
    compute_metrics,
    compute_metrics_by,
    compute_worst,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from lealtad.examples.dataset import Dataset

METRICS = ("auc", "pr_auc", "brier", "ece", "lift_top_decile", "n")


@dataclass(frozen=True)
class Evaluation:
    """The evaluation of a model on later dates.

    Attributes
    ----------
    metrics
        One row per name: `name`, the measures of `evaluation.compute_metrics`, and of each its 95 % interval over
        customers as `*_low, *_high`, but for `ece`. Capacity counts on every date.
    by_date, by_segment
        The model's measures in each slice: `by` and the columns of `compute_metrics`; no segments if the company
        states none.
    worst
        `slice` (date or segment), `metric, by, value, n`: where the model is worst by each measure.
    profit
        `name, contacted, expected, realised` with intervals: see `compute_contacted_profit`.
    """

    metrics: pl.DataFrame
    by_date: pl.DataFrame
    by_segment: pl.DataFrame
    worst: pl.DataFrame
    profit: pl.DataFrame


@dataclass(frozen=True)
class EvaluationData:
    """What models are judged on.

    Attributes
    ----------
    test
        Rows of later dates.
    segments
        One per row; null if none is stated.
    capacity
        Customers that can be contacted per date.
    economics, value
        What a contact brings and costs, and what is at stake with each row's customer (None: with everybody the
        same).
    """

    test: Dataset
    segments: pl.Series
    capacity: int
    economics: Economics
    value: NDArray[np.float64] | None
    seed: int


def evaluate_models(
    data: EvaluationData, probabilities: Mapping[str, NDArray[np.float64]], name: str
) -> Evaluation:
    """Judge all that are named, and the one of this name slice by slice."""
    test, own = data.test, probabilities[name]
    dates = test.rows["as_of"]
    by_date = compute_metrics_by(
        dates.to_numpy(), test.y, own, capacity=data.capacity, economics=data.economics
    ).with_columns(pl.col("by").cast(dates.dtype))
    by_segment = _measure_segments(data, own)
    worst = [
        compute_worst(slices).select(
            pl.lit(kind).alias("slice"), "metric", pl.col("by").cast(pl.String), "value", "n"
        )
        for kind, slices in (("date", by_date), ("segment", by_segment))
        if slices.height
    ]
    return Evaluation(
        metrics=_measure_models(data, probabilities),
        by_date=by_date,
        by_segment=by_segment,
        worst=pl.concat(worst),
        profit=compute_contacted_profit(
            test.y,
            probabilities,
            dates.to_numpy(),
            test.customers,
            capacity=data.capacity,
            seed=data.seed,
            economics=data.economics,
            value=data.value,
        ),
    )


def _measure_models(data: EvaluationData, probabilities: Mapping[str, NDArray[np.float64]]) -> pl.DataFrame:
    test, rows = data.test, []
    capacity = data.capacity * test.rows["as_of"].n_unique()
    settings: dict[str, Any] = {"capacity": capacity, "economics": data.economics}
    for name, probability in probabilities.items():
        ends = compute_intervals(test.y, probability, test.customers, seed=data.seed, **settings)
        low = {f"{metric}_low": interval[0] for metric, interval in ends.items()}
        high = {f"{metric}_high": interval[1] for metric, interval in ends.items()}
        rows.append({"name": name, **compute_metrics(test.y, probability, **settings), **low, **high})
    return pl.DataFrame(rows)


def _measure_segments(data: EvaluationData, probability: NDArray[np.float64]) -> pl.DataFrame:
    """Judge segments with a tenth of their rows contacted: what the list takes of each is not fixed."""
    stated = data.segments.is_not_null().to_numpy()
    if not stated.any():
        return pl.DataFrame()
    y = data.test.y.to_numpy()
    names = data.segments.filter(data.segments.is_not_null()).to_numpy()
    return compute_metrics_by(names, y[stated], probability[stated], economics=data.economics)
