"""Isotonic calibration: any map that keeps the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.isotonic import IsotonicRegression

from lealtad.learning.estimators.calibration import Calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray


class IsotonicCalibration(Calibration):
    """Map scores by the rates of the pool-adjacent-violators algorithm, linear in between.

    No probability is closer than `1 / (n + 2)` to 0 or 1 (Laplace's rule of succession for n rows). A pool without
    any churned customer shows that churn is rare, not impossible.

    Attributes
    ----------
    raw_, probability_
        The corners of the map, both rising.

    References
    ----------
    Zadrozny, Elkan (2002), Transforming classifier scores into accurate multiclass probability estimates. KDD.

    Examples
    --------
    >>> IsotonicCalibration().fit([1.0, 2.0, 3.0, 4.0], [0, 1, 0, 1]).predict([2.5, 9.0]).round(3).tolist()
    [0.5, 0.833]
    """

    kind = "isotonic"
    learned = ("raw", "probability")

    def _learn(self, raw: NDArray[np.float64], happened: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
        pools = IsotonicRegression().fit(raw, happened, weight)
        least = 1 / (weight.sum() + 2)
        self.raw_ = pools.X_thresholds_
        self.probability_ = np.clip(pools.y_thresholds_, least, 1 - least)

    def _map(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.interp(raw, self.raw_, self.probability_))
