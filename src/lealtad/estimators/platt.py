"""Platt's calibration: a straight line on the log-odds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Platt:
    """Turn raw scores (log-odds) into probabilities: `1 / (1 + exp(-(slope · raw + intercept)))`.

    Examples
    --------
    >>> Platt(slope=1.0, intercept=0.0)([0.0]).tolist()
    [0.5]
    """

    slope: float
    intercept: float

    @classmethod
    def fit(cls, raw: ArrayLike, y: ArrayLike) -> Platt:
        """Choose slope and intercept by maximum likelihood, on rows the scores were not learned from."""
        line = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(np.reshape(raw, (-1, 1)), y)
        return cls(float(line.coef_[0, 0]), float(line.intercept_[0]))

    def __call__(self, raw: ArrayLike) -> NDArray[np.float64]:
        """Return the probabilities."""
        return np.asarray(expit(self.slope * np.asarray(raw, dtype=np.float64) + self.intercept))
