"""Doubly robust scores: one per row, whose mean over any group is the group's effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.experiments.uplift.checking import check_rows
from lealtad.experiments.uplift.response_model import LogitModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from lealtad.experiments.uplift.response_model import ResponseModel

    Floats = NDArray[np.float64]

_FOLDS = 5


def compute_doubly_robust_scores(
    X: Floats,
    y: ArrayLike,
    treated: ArrayLike,
    make_model: Callable[[], ResponseModel] = LogitModel,
    *,
    seed: int = 1,
) -> Floats:
    """Return the doubly robust score of each row, from models that did not learn from it.

    Parameters
    ----------
    X, y, treated
        Rows of a randomised experiment: the chance of treatment is the share of the treated.
    make_model
        Returns an unfitted model of the outcome.
    seed
        Seed of the five folds.

    Notes
    -----
    `m1 - m0 + t (y - m1)/e - (1 - t)(y - m0)/(1 - e)`. The chance e is known, so the mean is unbiased whatever the
    models are; the better they are, the less it varies.

    Examples
    --------
    >>> X, treated = np.zeros((1000, 1)), np.arange(1000) % 2
    >>> y = np.repeat([0.0, 1.0], 500)
    >>> scores = compute_doubly_robust_scores(X, y, treated)
    >>> bool(abs(scores.mean()) < 0.01)
    True
    """
    outcome, arm = check_rows(y, treated, len(X))
    share = float(arm.mean())
    with_it, without = np.empty(len(X)), np.empty(len(X))
    folds = draw_folds(len(X), seed)
    for fold in range(_FOLDS):
        judged = folds == fold
        for predicted, of_arm in ((with_it, arm), (without, ~arm)):
            rows = ~judged & of_arm
            predicted[judged] = make_model().fit(X[rows], outcome[rows]).predict(X[judged])
    rest = np.where(arm, (outcome - with_it) / share, -(outcome - without) / (1 - share))
    return np.asarray(with_it - without + rest)


def draw_folds(rows: int, seed: int) -> NDArray[np.int64]:
    """Return the fold of each row, five of equal size, at random."""
    return np.asarray(np.random.default_rng(seed).permutation(rows) % _FOLDS)
