"""The tilt: how much more content customers answer than their features predict, learned from other answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_CERTAIN = 1e-6
_STEPS = 50
_CLOSE = 1e-10


@dataclass(frozen=True)
class Tilt:
    """Extra log-odds of answering, promoter over passive and passive over detractor, with equal features.

    Attributes
    ----------
    value
        0 if the features explain everything that affects both answering and the answer.
    se
        Its standard error.
    n
        Number of invitations it was learned from.
    """

    value: float
    se: float
    n: int

    def odds(self, side: ArrayLike) -> NDArray[np.float64]:
        """Return the ratio of silent to answering customers, for sides −1, 0 and 1."""
        return np.asarray(np.exp(-self.value * np.asarray(side, dtype=np.float64)))


NO_TILT = Tilt(0.0, 0.0, 0)


def learn_tilt(answered: ArrayLike, answer_probability: ArrayLike, side: ArrayLike) -> Tilt:
    """Learn the tilt from invitations whose customers answered another invitation, earlier or later.

    Parameters
    ----------
    answered
        Whether this invitation was answered.
    answer_probability
        P(answers) by the features, learned without this row.
    side
        The customer's answer the other time: 1 promoter, 0 passive, −1 detractor. It must not be among the
        features.

    Returns
    -------
    The tilt; none if there are fewer than two outcomes or sides to compare.

    Notes
    -----
    Maximum likelihood of ``logit P(answers) = logit(answer_probability) + a + value · side``. An opinion that
    drifts between two invitations makes the other answer a weaker indicator. The tilt therefore tends to be too
    small, and does not correct too much.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> side = rng.integers(-1, 2, 20_000)
    >>> answered = rng.random(20_000) < expit(-1 + 0.3 * side)
    >>> tilt = learn_tilt(answered, np.full(20_000, 0.27), side)
    >>> abs(tilt.value - 0.3) < 2 * tilt.se
    True
    """
    y, x = np.asarray(answered, dtype=np.float64), np.asarray(side, dtype=np.float64)
    offset = logit(np.clip(np.asarray(answer_probability, dtype=np.float64), _CERTAIN, 1 - _CERTAIN))
    if len(np.unique(y)) < 2 or len(np.unique(x)) < 2:  # noqa: PLR2004 - two to compare
        return Tilt(0.0, 0.0, len(y))
    X = np.column_stack([np.ones(len(x)), x])
    beta = np.zeros(2)
    for _ in range(_STEPS):
        p = expit(offset + X @ beta)
        information = X.T @ (X * (p * (1 - p))[:, None])
        step = np.linalg.solve(information, X.T @ (y - p))
        beta = beta + step
        if np.abs(step).max() < _CLOSE:
            break
    return Tilt(float(beta[1]), float(np.sqrt(np.linalg.inv(information)[1, 1])), len(y))
