"""Log-odds of probabilities, which are clipped away from 0 and 1 so that log-odds are finite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CERTAIN = 1e-9  # probabilities are clipped to this distance from 0 and 1


def cut_certainty(probability: ArrayLike) -> NDArray[np.float64]:
    """Clip probabilities to between 1e-9 and 1 − 1e-9.

    Examples
    --------
    >>> cut_certainty([0.0, 0.5]).tolist()
    [1e-09, 0.5]
    """
    return np.clip(np.asarray(probability, dtype=np.float64), CERTAIN, 1 - CERTAIN)


def compute_log_odds(probability: ArrayLike) -> NDArray[np.float64]:
    """Return the log-odds of probabilities; finite even for 0 and 1.

    Examples
    --------
    >>> compute_log_odds([0.5, 1.0]).round(2).tolist()
    [0.0, 20.72]
    """
    return np.asarray(logit(cut_certainty(probability)))
