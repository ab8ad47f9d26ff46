"""Temperature: log-odds divided by one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit

from lealtad.learning.estimators.calibration import Calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BOUNDS = (-5.0, 5.0)  # of the temperature's logarithm


class TemperatureCalibration(Calibration):
    """Turn raw scores into probabilities: `1 / (1 + exp(-raw / temperature))`; an even chance stays even.

    Attributes
    ----------
    temperature_
        Fitted by maximum likelihood; above 1 the scores were too confident.

    References
    ----------
    Guo, Pleiss, Sun, Weinberger (2017), On calibration of modern neural networks. ICML.

    Examples
    --------
    >>> TemperatureCalibration.from_text({"temperature": 2.0}).predict([0.0]).tolist()
    [0.5]
    """

    kind = "temperature"
    learned = ("temperature",)

    def _learn(self, raw: NDArray[np.float64], happened: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
        total = weight.sum()
        signed = np.where(happened > 0, raw, -raw)

        def loss(logarithm: float) -> float:
            return float(np.logaddexp(0, -signed * np.exp(-logarithm)) @ weight / total)

        self.temperature_ = float(np.exp(minimize_scalar(loss, bounds=_BOUNDS, options={"xatol": 1e-9}).x))

    def _map(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return expit(raw / self.temperature_)  # type: ignore[no-any-return]
