"""Starbucks' randomised promotion, if the data are next to the checkout: which customers buy because of it?

All estimators are judged on the same five folds of the training part; the test part is not touched. A purchase is
worth 10, a promotion costs .15, and the best 30 % get one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bench.hillstrom import DATA, make_estimators
from bench.rows import build_row
from lealtad.experiments.uplift import compute_qini

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bench.rows import Row

    Floats = NDArray[np.float64]

_FOLDS, _SHARE, _PURCHASE, _PROMOTION = 5, 0.3, 10.0, 0.15
CODES = (0, 3, 4, 5, 6)  # V1 and V4 to V7 hold two to four values each


def read_promotion() -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the seven columns, the purchases, and whether each customer got the promotion."""
    rows = pl.read_parquet(DATA / "starbucks" / "training.parquet")
    X = rows.select(pl.col(f"V{number}").cast(pl.Float64) for number in range(1, 8)).to_numpy()
    return X, rows["purchase"].to_numpy().astype(float), (rows["Promotion"] == "Yes").to_numpy()


def compute_net_revenue(y: Floats, treated: NDArray[np.bool_], estimate: Floats) -> float:
    """Return the net revenue of the promotion among the best 30 %: purchases of the treated minus those of the
    others."""
    best = np.argsort(-estimate, kind="stable")[: int(_SHARE * len(estimate))]
    bought, sent = y[best], treated[best]
    return float(_PURCHASE * (bought[sent].sum() - bought[~sent].sum()) - _PROMOTION * sent.sum())


def run() -> list[Row]:
    """Rank five folds by every estimator."""
    X, y, treated = read_promotion()
    fold = np.random.default_rng(1).permutation(len(y)) % _FOLDS
    values: dict[str, list[float]] = {}
    for name, make in make_estimators(CODES).items():
        revenue = []
        for part in range(_FOLDS):
            learn, judge = fold != part, fold == part
            estimate = make().fit(X[learn], y[learn], treated[learn]).predict(X[judge])
            values.setdefault(name, []).append(compute_qini(y[judge], estimate, treated[judge]))
            revenue.append(compute_net_revenue(y[judge], treated[judge], estimate))
        ahead = np.array(values["two logits"]) - np.array(values[name])
        half = 2 * ahead.std(ddof=1) / _FOLDS**0.5
        print(
            f"{name}: Qini {np.mean(values[name]):.3f}, two logits ahead {ahead.mean():+.4f} ± {half:.4f}, "
            f"net revenue of the best 30 % {np.mean(revenue):.0f} a fold"
        )
    return [build_row("starbucks_qini", float(np.mean(values["two logits"])), "Qini", 0.22, "higher")]
