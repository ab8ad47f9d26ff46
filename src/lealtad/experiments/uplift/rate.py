"""AUTOC: how far the effect of the first rows of a ranking is above that of all, over all cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.experiments.uplift.ranking import Ranking

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def compute_autoc(scores: ArrayLike, estimate: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return the area under the targeting operator characteristic.

    Parameters
    ----------
    scores
        Doubly robust scores; see `compute_doubly_robust_scores`.
    estimate
        The estimated effects; rows of one estimate share their mean score.

    Notes
    -----
    The mean over all rows of (mean score of this row and those before it - mean score of all).

    References
    ----------
    Yadlowsky, Fleming, Shah, Brunskill & Wager (2025), Evaluating treatment prioritization rules via rank-weighted
    average treatment effects. JASA 120.

    Examples
    --------
    >>> compute_autoc([3.0, 1.0, -1.0], [0.9, 0.5, 0.1])  # means 3, 2, 1, less the mean of all, 1
    1.0
    """
    values = np.asarray(scores, dtype=np.float64)
    counted = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=np.float64)
    return compute_autoc_of(values, Ranking.from_estimate(estimate), counted)


def compute_autoc_of(scores: Floats, ranking: Ranking, weight: Floats) -> float:
    """Return the AUTOC of a ranking that is ordered already."""
    rows, sums = ranking.sum_up(weight), ranking.sum_up(weight * scores)
    mean = np.divide(sums, rows, out=np.zeros_like(sums), where=rows > 0)
    steps = np.diff(np.r_[0.0, rows])
    return float((steps * (mean - sums[-1] / rows[-1])).sum() / rows[-1])
