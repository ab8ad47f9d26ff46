"""No calibration: the log-odds are converted unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import expit

from lealtad.learning.estimators.calibration import Calibration

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class NoCalibration(Calibration):
    """Turn log-odds into probabilities without calibration.

    Examples
    --------
    >>> NoCalibration().fit([-1.0, 1.0], [0, 1]).predict([0.0]).tolist()
    [0.5]
    """

    kind = "none"

    def _learn(self, raw: NDArray[np.float64], happened: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
        """Learn nothing."""

    def _map(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        return expit(raw)  # type: ignore[no-any-return]
