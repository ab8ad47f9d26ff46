"""MineThatData's e-mail experiment, if the data are next to the checkout: which customers visit because of an
e-mail?

Every estimator learns from the same half and ranks the other. Differences are paired over the ten splits. Peers on
the same splits: EconML LinearDRLearner .0342 / .0576, CausalForestDML .0286 / .0578, causalml X .0256 / .0542.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bench.rows import build_row
from lealtad.experiments.uplift import (
    DRLearner,
    InteractionLogit,
    LearnerModel,
    LogitModel,
    PolicyChoice,
    TwoModels,
    XLearner,
    choose_policy,
    compute_doubly_robust_scores,
    compute_qini,
)
from lealtad.learning.learners.lightgbm import LightGBM

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from bench.rows import Row

    Floats = NDArray[np.float64]

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
COLUMNS = ("recency", "history", "mens", "womens", "newbie")
CATEGORIES = ("zip_code", "channel")  # history_segment only repeats history in bands
_SMALL = {"num_leaves": 8, "learning_rate": 0.05, "min_data_in_leaf": 200}
_ROUNDS = 60
_SPLITS = 10
# by name, the arms that are left out, and the goal
POPULATIONS: dict[str, tuple[tuple[str, ...], float]] = {"any": ((), 0.036), "womens": (("Mens E-Mail",), 0.062)}


def read_hillstrom(folder: Path = DATA) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return customers with arm and outcome, and their splits."""
    path = folder / "hillstrom"
    return pl.read_csv(path / "hillstrom.csv", infer_schema_length=None), pl.read_parquet(
        path / "splits_10x50_50.parquet"
    )


def build_matrix(rows: pl.DataFrame) -> tuple[Floats, tuple[int, ...]]:
    """Return the matrix, and which columns hold codes of categories."""
    codes = [(pl.col(name).rank("dense") - 1).cast(pl.Float64).alias(name) for name in CATEGORIES]
    X = rows.select(*(pl.col(name).cast(pl.Float64) for name in COLUMNS), *codes).to_numpy()
    return X, tuple(range(len(COLUMNS), len(COLUMNS) + len(CATEGORIES)))


def make_estimators(categorical: tuple[int, ...]) -> dict[str, Callable[[], Any]]:
    """Return unfitted estimators by name."""

    def logit() -> LogitModel:
        return LogitModel(categorical)

    def trees() -> LearnerModel:
        return LearnerModel(LightGBM(), categorical, _SMALL, _ROUNDS)

    return {
        "two logits": lambda: TwoModels(logit),
        "interactions": lambda: InteractionLogit(categorical),
        "DR, linear": lambda: DRLearner(logit, categorical),
        "X, linear": lambda: XLearner(logit, categorical),
        "two LightGBM": lambda: TwoModels(trees),
        "X, LightGBM": lambda: XLearner(trees, categorical),
        "DR, LightGBM": lambda: DRLearner(trees, categorical),
    }


def measure_splits(left_out: tuple[str, ...], names: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Return each estimator's Qini coefficient on each split."""
    rows, splits = read_hillstrom()
    X, categorical = build_matrix(rows)
    arm, y = rows["segment"].to_numpy(), rows["visit"].to_numpy().astype(float)
    treated, inside = arm != "No E-Mail", ~np.isin(arm, left_out)
    values: dict[str, list[float]] = {}
    for split in range(_SPLITS):
        test = splits[f"test{split}"].to_numpy()
        learn, judge = inside & ~test, inside & test
        for name, make in make_estimators(categorical).items():
            if not names or name in names:
                estimate = make().fit(X[learn], y[learn], treated[learn]).predict(X[judge])
                values.setdefault(name, []).append(compute_qini(y[judge], estimate, treated[judge]))
    return values


def choose_emails(cost: float, split: int = 0) -> PolicyChoice:
    """Choose by two logits which customers of the other half get the women's e-mail, at a cost in visits."""
    rows, splits = read_hillstrom()
    X, categorical = build_matrix(rows)
    arm, y = rows["segment"].to_numpy(), rows["visit"].to_numpy().astype(float)
    treated, test = arm != "No E-Mail", splits[f"test{split}"].to_numpy()
    inside = arm != "Mens E-Mail"
    learn, judge = inside & ~test, inside & test
    estimate = TwoModels(lambda: LogitModel(categorical)).fit(X[learn], y[learn], treated[learn]).predict(X[judge])
    scores = compute_doubly_robust_scores(X[judge], y[judge], treated[judge], lambda: LogitModel(categorical))
    return choose_policy(scores, estimate, cost=cost)


def run() -> list[Row]:
    """Rank visits of ten splits, and choose at three costs."""
    results = []
    for population, (left_out, goal) in POPULATIONS.items():
        values = measure_splits(left_out)
        logit_values = np.array(values["two logits"])
        for name, estimates in values.items():
            behind = logit_values - np.array(estimates)
            half = 2 * behind.std(ddof=1) / _SPLITS**0.5
            mean = float(np.mean(estimates))
            print(f"{population}, {name}: {mean:.4f}, two logits ahead {behind.mean():+.4f} ± {half:.4f}")
        results.append(
            build_row(f"hillstrom_{population}_qini", float(logit_values.mean()), "Qini", goal, "higher")
        )
    for cost in (0.0, 0.02, 0.045):
        choice = choose_emails(cost)
        print(f"women's e-mail at a cost of {cost}: {choice.use}")
        print(choice.values)
    return results
