"""Accuracy of probabilities: Brier score, Brier skill and log loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.learning.evaluation.ranked import RankedScores

_CERTAIN = 1e-15  # a wrong certainty costs 34.5 and not infinity


def brier(rows: RankedScores) -> NDArray[np.float64]:
    """Return the mean squared error of the probabilities, per draw."""
    return rows.mean((1 - rows.score) ** 2, rows.score**2)


def brier_skill(rows: RankedScores) -> NDArray[np.float64]:
    """Return the share of the Brier score of the observed rate that is saved, per draw; NaN for one outcome.

    Notes
    -----
    `1 − Brier / (r·(1 − r))` with r the observed rate of the judged rows. A skill of 1 is perfect; with 0 the
    probabilities are no better than the rate. The rate is known only in hindsight, so a wrong level costs skill.
    """
    reference = rows.outcome_rate * (1 - rows.outcome_rate)
    part = np.divide(brier(rows), reference, out=np.full(len(reference), np.nan), where=reference > 0)
    return np.asarray(1 - part)


def log_loss(rows: RankedScores) -> NDArray[np.float64]:
    """Return the mean negative logarithm of the probability given to what happened, per draw."""
    p = np.clip(rows.score, _CERTAIN, 1 - _CERTAIN)
    return rows.mean(-np.log(p), -np.log1p(-p))
