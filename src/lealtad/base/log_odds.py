"""Log-odds of probabilities that may be 0 or 1: certainty is cut, so that they are finite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CERTAIN = 1e-9  # nearer to 0 or 1 than this is taken as this near


def cut_certainty(probability: ArrayLike) -> NDArray[np.float64]:
    """Return probabilities that are at least 1e-9 away from 0 and from 1.

    Examples
    --------
    >>> cut_certainty([0.0, 0.5]).tolist()
    [1e-09, 0.5]
    """
    return np.clip(np.asarray(probability, dtype=np.float64), CERTAIN, 1 - CERTAIN)


def compute_log_odds(probability: ArrayLike) -> NDArray[np.float64]:
    """Return the log-odds of probabilities, finite also for 0 and 1.

    Examples
    --------
    >>> compute_log_odds([0.5, 1.0]).round(2).tolist()
    [0.0, 20.72]
    """
    return np.asarray(logit(cut_certainty(probability)))
