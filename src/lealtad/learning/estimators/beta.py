"""Beta calibration: a line on the logarithms of both probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from lealtad.learning.estimators.calibration import Calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray


class BetaCalibration(Calibration):
    """Bend each end of the scale separately: `logit q = a·ln p − b·ln(1 − p) + c`, with `p = 1 / (1 + exp(-raw))`.

    Attributes
    ----------
    a_, b_
        Both at least 0, so that order is kept; a = b gives Platt's line.
    c_
        The level.

    References
    ----------
    Kull, Silva Filho, Flach (2017), Beta calibration: a well-founded and easily implemented improvement on
    logistic calibration for binary classifiers. AISTATS.

    Examples
    --------
    >>> BetaCalibration.from_text({"a": 1.0, "b": 1.0, "c": 0.0}).predict([0.0]).round(6).tolist()
    [0.5]
    """

    kind = "beta"
    learned = ("a", "b", "c")

    def _learn(self, raw: NDArray[np.float64], happened: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
        ends = _log_probabilities(raw)
        is_used = np.array([True, True])
        line = _fit_line(ends, happened, weight)
        if (line.coef_[0] < 0).any():  # an end that would turn the order round is left out
            is_used = line.coef_[0] >= 0 if (line.coef_[0] >= 0).any() else np.array([True, False])
            line = _fit_line(ends[:, is_used], happened, weight)
        slopes = np.zeros(2)
        slopes[is_used] = np.maximum(line.coef_[0], 0)
        self.a_, self.b_, self.c_ = float(slopes[0]), float(slopes[1]), float(line.intercept_[0])

    def _map(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return expit(_log_probabilities(raw) @ [self.a_, self.b_] + self.c_)  # type: ignore[no-any-return]


def _log_probabilities(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `ln p` and `−ln(1 − p)` of log-odds, exact far from 0 too."""
    return np.column_stack([-np.logaddexp(0, -raw), np.logaddexp(0, raw)])


def _fit_line(
    ends: NDArray[np.float64], happened: NDArray[np.float64], weight: NDArray[np.float64]
) -> LogisticRegression:
    return LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(ends, happened, weight)
