"""Probabilities of rows by models that saw no row of the same customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.learners import make_classifier

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDS = 4
# few shallow trees, for small effects and few answers
_SETTINGS = {
    "n_estimators": 100,
    "learning_rate": 0.04,
    "num_leaves": 6,
    "min_child_samples": 60,
    "colsample_bytree": 0.3,
    "subsample": 0.7,
    "subsample_freq": 1,
    "reg_lambda": 5.0,
    "n_jobs": 1,  # on a busy machine threads wait for each other
}


def cross_fit(
    X: NDArray[np.float32],
    outcome: NDArray[np.float64],
    customers: NDArray[np.int64],
    wanted: NDArray[np.bool_],
    *,
    seed: int,
) -> NDArray[np.float64]:
    """Return the probability of the outcome for the wanted rows, NaN for others.

    Parameters
    ----------
    X
        One row per customer and date; NaN for null.
    outcome
        1, 0, or NaN where it is not known: such rows are not learned from.
    customers
        The customer's number; all rows of a customer are in one of four folds.
    wanted
        Which rows to score.

    Notes
    -----
    If the other folds have only one outcome, the probability is its share.
    """
    order = np.random.default_rng(seed).permutation(int(customers.max()) + 1)
    fold, is_known = order[customers] % FOLDS, ~np.isnan(outcome)
    probability = np.full(len(outcome), np.nan)
    for number in range(FOLDS):
        learned, scored = is_known & (fold != number), wanted & (fold == number)
        if not scored.any():
            continue
        happened = outcome[learned] == 1
        if happened.all() or not happened.any():
            probability[scored] = happened.mean() if len(happened) else np.nan
            continue
        model: Any = make_classifier(random_state=seed, **_SETTINGS).fit(X[learned], happened)
        probability[scored] = model.booster_.predict(X[scored])
    return probability
