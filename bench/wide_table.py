"""A wide table with known truth: many weak numbers, heavy tails, 30 % missing, categories of 800 levels.

If CatBoost is installed, it runs on the same rows with its defaults (1,000 trees, its own learning rate).
"""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

import lealtad
from bench.rows import Row, build_row

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS, LATER, NUMBERS, SEED, DRAWS = 10_000, 10_000, 50, 1, 400
# levels of each category, and the deviation of their effects on the log-odds
CATEGORIES = ((800, 0.45), (800, 0.2), (60, 0.25), (12, 0.3), (800, 0.0), (5, 0.2))


def make_table(rows: int, seed: int = SEED) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.float64]]:
    """Return columns, outcomes and true probabilities."""
    rng = np.random.default_rng(seed)
    loads = rng.normal(size=(12, NUMBERS)) * 0.6
    numbers = rng.normal(size=(rows, 12)) @ loads + rng.normal(size=(rows, NUMBERS))
    odds = np.tanh(numbers) @ (rng.normal(size=NUMBERS) * 0.06) + 0.25 * np.abs(numbers[:, 0])
    odds += 0.2 * np.tanh(numbers[:, 3] * numbers[:, 4]) - 0.2 * (numbers[:, 1] > 1) * (numbers[:, 2] > 0)
    codes = {}
    for place, (levels, deviation) in enumerate(CATEGORIES):
        codes[f"k{place}"] = rng.choice(levels, rows, p=rng.dirichlet(np.full(levels, 0.4)))
        odds += (rng.normal(size=levels) * deviation)[codes[f"k{place}"]]
    odds += 0.3 * (codes["k5"] == 1) * numbers[:, 5]
    probability = 1 / (1 + np.exp(1.1 - 1.1 * (odds - odds.mean())))
    scaled = np.sinh(1.4 * numbers) * np.exp(rng.normal(size=NUMBERS))
    table = pd.DataFrame(scaled, columns=[f"x{place}" for place in range(NUMBERS)])
    table = table.mask(rng.random(table.shape) < 0.3)
    for name, code in codes.items():
        table[name] = np.char.add("l", code.astype(str))
        table.loc[rng.random(rows) < 0.05, name] = None
    return table, (rng.random(rows) < probability).astype(float), probability


def run(rows: int = ROWS, later: int = LATER) -> list[Row]:
    """Return the AUC of the truth, of lealtad and of CatBoost, and their paired difference with its interval."""
    table, y, truth = make_table(rows + later)
    learned = np.arange(len(y)) < rows
    start = time.process_time()
    trained = lealtad.train_table(table[learned], y[learned], progress=lambda _: None)
    seconds = time.process_time() - start
    own = trained.predict(table[~learned]).to_numpy()
    happened = y[~learned]
    results = [
        build_row("wide_table: AUC of the truth", compute_auc(happened, truth[~learned]), "auc", 0.5, "higher"),
        build_row(
            "wide_table: AUC", compute_auc(happened, own), "auc", compute_auc(happened, truth[~learned]), "higher"
        ),
        build_row("wide_table: processor time of a fit", seconds, "s", 300.0, "lower"),
    ]
    if find_spec("catboost") is None:
        print("left out: CatBoost is not installed")
        return results
    other = predict_catboost(table, y, learned)
    difference = compute_auc(happened, own) - compute_auc(happened, other)
    rng = np.random.default_rng(SEED)
    draws = [rng.integers(0, later, later) for _ in range(DRAWS)]
    ahead = [
        compute_auc(happened[rows_drawn], own[rows_drawn]) - compute_auc(happened[rows_drawn], other[rows_drawn])
        for rows_drawn in draws
    ]
    ends = {"low": float(np.quantile(ahead, 0.025)), "high": float(np.quantile(ahead, 0.975)), "repeats": DRAWS}
    return [
        *results,
        build_row("wide_table: AUC of CatBoost", compute_auc(happened, other), "auc", 0.5, "higher"),
        {**build_row("wide_table: AUC ahead of CatBoost", difference, "auc", 0.0, "higher"), **ends},
    ]


def compute_auc(happened: NDArray[Any], score: NDArray[Any]) -> float:
    """Return the area under the curve."""
    return float(roc_auc_score(happened, score))


def predict_catboost(
    table: pd.DataFrame, y: NDArray[np.float64], learned: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the predictions of CatBoost with its defaults on the rows it has not learned from."""
    from catboost import CatBoostClassifier

    names = [f"k{place}" for place in range(len(CATEGORIES))]
    cells = table.assign(**{name: table[name].fillna("none").astype(str) for name in names})
    model = CatBoostClassifier(thread_count=1, verbose=0, allow_writing_files=False)
    model.fit(cells[learned], y[learned], cat_features=names)
    return np.asarray(model.predict_proba(cells[~learned])[:, 1], dtype=np.float64)
