"""How well an outcome can be predicted: a small model of past dates, judged on later dates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.learning.learners import make_classifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.company.outcome_definition import Label

_MOST_ROWS = 40_000
_LEAST_OUTCOMES = 25


def split_dates(dates: Sequence[datetime], label: Label, test: int) -> tuple[list[datetime], list[datetime]]:
    """Split dates with known outcome: the newest for judging, and those whose outcome was known by then.

    Examples
    --------
    >>> from datetime import datetime
    >>> from lealtad.company.outcome_definition import Inactivity
    >>> mondays = [datetime(2026, 1, 5) + timedelta(days=7 * k) for k in range(8)]
    >>> learned, judged = split_dates(mondays, Inactivity(horizon_days=14), test=2)
    >>> [f"{date:%d %b}" for date in (*learned, *judged)]
    ['05 Jan', '12 Jan', '19 Jan', '26 Jan', '02 Feb', '16 Feb', '23 Feb']
    """
    ordered = sorted(dates)
    judged = ordered[-test:]
    learned = [date for date in ordered[:-test] if date + timedelta(days=label.outcome_days) <= judged[0]]
    return learned, judged


def measure_foresight(
    rows: pl.DataFrame, features: Sequence[str], label: Label, test: int, seed: int
) -> float | None:
    """Return the AUC of a small model on the newest dates; null if there are too few rows to learn or judge.

    Parameters
    ----------
    rows
        `as_of, observed, weight` and the features.
    test
        Dates to judge on.
    """
    from sklearn.metrics import roc_auc_score

    learned, judged = split_dates(rows["as_of"].unique().to_list(), label, test)
    past, later = _select_dates(rows, learned), _select_dates(rows, judged)
    if any(min(part["observed"].sum(), (~part["observed"]).sum()) < _LEAST_OUTCOMES for part in (past, later)):
        return None
    if past.height > _MOST_ROWS:
        past = past.sample(_MOST_ROWS, seed=seed)
    trees = make_classifier(
        n_estimators=80, learning_rate=0.08, num_leaves=6, min_child_samples=100, colsample_bytree=0.3,
        reg_lambda=10.0, random_state=seed, n_jobs=1,
    )  # fmt: skip
    trees.fit(_to_matrix(past, features), past["observed"].to_numpy(), sample_weight=past["weight"].to_numpy())
    score = trees.predict(_to_matrix(later, features), raw_score=True)
    return float(roc_auc_score(later["observed"].to_numpy(), score))


def _select_dates(rows: pl.DataFrame, dates: Sequence[datetime]) -> pl.DataFrame:
    return rows.filter(pl.col("as_of").is_in(pl.Series(dates, dtype=rows.schema["as_of"]).implode()))


def _to_matrix(rows: pl.DataFrame, features: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.asarray(rows.select(pl.col(list(features)).cast(pl.Float32)).to_numpy(), dtype=np.float32)
