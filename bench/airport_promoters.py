"""Predict which travellers rate an airport 5 of 5 from their ratings of its parts: train on past years, test on
the next.

The 0–10 question was asked only in 2017, so the best overall rating stands in for a promoter. The peer is the mean
of a logistic regression and a small LightGBM on the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from sklearn.metrics import log_loss, roc_auc_score

import lealtad
from bench.airport_surveys import COLUMNS, DATA, ITEMS, read_year
from bench.rows import Row, build_row

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

JUDGED = (2015, 2016, 2017)
BEST, DRAWS = 5.0, 200


def run(data: Path = DATA, judged: tuple[int, ...] = JUDGED) -> list[Row]:
    """Return mean AUC and log loss over the judged years, and the paired differences with their intervals."""
    if not data.exists():
        print(f"left out: no data at {data}")
        return []
    table = pl.concat(read_year(data, year).with_columns(year=pl.lit(float(year))) for year in COLUMNS)
    predicted = [_judge_year(table, year) for year in judged]
    rng = np.random.default_rng(7)
    differences = [_compare([_draw(year, rng) for year in predicted]) for _ in range(DRAWS)]
    leads = _compare(predicted)
    ends = np.quantile(differences, [0.025, 0.975], axis=0)
    levels = np.mean([_measure(y, p) for y, p, _ in predicted], axis=0)
    rows = []
    for place, (metric, better) in enumerate((("AUC", "higher"), ("log loss", "lower"))):
        rows.append(
            build_row(
                f"airport promoters: {metric}",
                float(levels[place]),
                metric,
                float(levels[place] - leads[place]),
                better,
            )
        )
        ahead = build_row(
            f"airport promoters: {metric} against the mean of two", float(leads[place]), metric, 0.0, better
        )
        rows.append({**ahead, "low": float(ends[0, place]), "high": float(ends[1, place]), "repeats": DRAWS})
    return rows


def _judge_year(table: pl.DataFrame, year: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the outcomes of a year, lealtad's predictions, and those of the mean of two models."""
    import lightgbm
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    before, later = table.filter(pl.col("year") < year), table.filter(pl.col("year") == year)
    X, y = before.select(ITEMS).to_pandas(), (before["whole"] == BEST).to_numpy().astype(int)
    X_later, y_later = later.select(ITEMS).to_pandas(), (later["whole"] == BEST).to_numpy().astype(int)
    trained = lealtad.train_table(X, y, time=before["year"].to_numpy(), progress=lambda _: None)
    logistic = make_pipeline(SimpleImputer(add_indicator=True), LogisticRegression(max_iter=1000)).fit(X, y)
    trees = lightgbm.LGBMClassifier(n_estimators=100, num_leaves=7, learning_rate=0.05, verbose=-1, n_jobs=1)
    trees.fit(X, y)
    peer = (logistic.predict_proba(X_later)[:, 1] + trees.predict_proba(X_later)[:, 1]) / 2
    return y_later, trained.predict(X_later).to_numpy(), peer


def _measure(y: NDArray[Any], p: NDArray[Any]) -> tuple[float, float]:
    return float(roc_auc_score(y, p)), float(log_loss(y, p))


def _compare(years: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]) -> NDArray[Any]:
    """Return the mean difference in AUC and in log loss: lealtad minus the mean of two models."""
    differences = [np.subtract(_measure(y, p), _measure(y, peer)) for y, p, peer in years]
    return np.asarray(np.mean(differences, axis=0))


def _draw(
    year: tuple[NDArray[Any], NDArray[Any], NDArray[Any]], rng: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    rows = rng.integers(0, len(year[0]), len(year[0]))
    y, p, peer = (values[rows] for values in year)
    return y, p, peer
