"""Stable columns, which matter in most subsamples; on wide tables the others mostly add noise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lealtad.learning.learners.lightgbm import make_classifier
from lealtad.learning.learners.target_statistics import find_many_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.learning.learners.examples import Examples

WIDE = 30  # columns from which a choice among them is worth its time
_DRAWS, _MOST_ROWS = 10, 5_000
_BEYOND, _OFTEN = 0.9, 0.6
_TREES = {
    "n_estimators": 80,
    "num_leaves": 6,
    "learning_rate": 0.1,
    "colsample_bytree": 0.3,
    "min_child_samples": 20,
    "n_jobs": 1,
    "force_row_wise": False,
    "force_col_wise": True,  # so many columns of so few rows take a third less
}


def find_stable_columns(examples: Examples, *, seed: int) -> NDArray[np.bool_]:
    """Return per column whether trees gain more by it than by shuffled columns, in most samples of half the rows.

    A category of many levels always counts as stable: its own number of rates speaks for it. Where no column is
    stable, all count as stable: chance alone cannot choose among them.

    Parameters
    ----------
    examples
        The rows to learn from. None of those that judge the choice is among them.
    seed
        For the samples and the shuffles.

    Notes
    -----
    Ten samples of half the rows, of 5,000 at most. A column passes one if its gain is above the 90 % quantile of
    the gains of shuffled copies of all columns. It is stable if it passes six.

    References
    ----------
    Meinshausen and Bühlmann (2010), Stability selection. Journal of the Royal Statistical Society B 72. Kursa and
    Rudnicki (2010), Feature selection with the Boruta package. Journal of Statistical Software 36.

    Examples
    --------
    >>> from lealtad.learning.learners.examples import Examples
    >>> values = np.random.default_rng(1).normal(size=(400, 5))
    >>> find_stable_columns(Examples(values, (values[:, 1] > 0).astype(float)), seed=1).tolist()
    [False, True, False, False, False]
    """
    rng = np.random.default_rng(seed)
    rows, columns = examples.values.shape
    passed = np.zeros(columns)
    for draw in range(_DRAWS):
        picked = rng.permutation(rows)[: min(rows // 2, _MOST_ROWS)]
        gains = _measure_gains(examples.select_rows(picked), rng, draw)
        passed += gains[:columns] > np.quantile(gains[columns:], _BEYOND)
    is_stable = passed >= _OFTEN * _DRAWS
    is_stable[list(find_many_levels(examples))] = True
    return np.asarray(is_stable) if is_stable.any() else np.ones(columns, dtype=bool)


def blank_columns(examples: Examples, is_kept: NDArray[np.bool_]) -> Examples:
    """Return the rows with 0 in the columns that are not kept, so that nothing is learned from them."""
    return replace(examples, values=np.where(is_kept, examples.values, 0.0))


def _measure_gains(examples: Examples, rng: np.random.Generator, seed: int) -> NDArray[np.float64]:
    """Return the gain of each column and, after them, of a shuffled copy of each."""
    values = examples.values
    both = np.hstack([values, rng.permuted(values, axis=0)])
    categorical = [at + more for more in (0, values.shape[1]) for at in examples.categorical]
    trees = make_classifier(**_TREES, random_state=seed).fit(
        both,
        examples.happened,
        sample_weight=examples.weight,
        init_score=examples.level,
        categorical_feature=categorical,
    )
    return np.asarray(trees.booster_.feature_importance("gain"))
