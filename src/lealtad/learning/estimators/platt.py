"""Platt's calibration: a straight line on the log-odds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from lealtad.learning.estimators.calibration import Calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PlattCalibration(Calibration):
    """Turn raw scores (log-odds) into probabilities: `1 / (1 + exp(-(slope · raw + intercept)))`.

    Attributes
    ----------
    slope_, intercept_
        The line, by maximum likelihood.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines.

    Examples
    --------
    >>> PlattCalibration.from_text({"slope": 2.0, "intercept": 0.0}).predict([0.0]).tolist()
    [0.5]
    """

    kind = "platt"
    learned = ("slope", "intercept")

    def _learn(self, raw: NDArray[np.float64], happened: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
        line = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(raw.reshape(-1, 1), happened, weight)
        self.slope_, self.intercept_ = float(line.coef_[0, 0]), float(line.intercept_[0])

    def _map(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return expit(self.slope_ * raw + self.intercept_)  # type: ignore[no-any-return]
