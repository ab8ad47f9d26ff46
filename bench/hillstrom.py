"""Real uplift data, where they stand beside the checkout: MineThatData's e-mails and a randomised promotion.

Every estimator learns from the same half and ranks the other. Differences are paired over the splits.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experiments.uplift import DRLearner, InteractionLogit, LearnerModel, LogitModel, TwoModels, XLearner
from lealtad.learning.learners.lightgbm import LightGBM

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
COLUMNS = ("recency", "history", "mens", "womens", "newbie")
CATEGORIES = ("zip_code", "channel")  # history_segment only repeats history in bands
_SMALL = {"num_leaves": 8, "learning_rate": 0.05, "min_data_in_leaf": 200}
_ROUNDS = 60


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
