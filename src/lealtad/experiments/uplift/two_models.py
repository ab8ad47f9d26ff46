"""Two models: one of the treated, one of the control; the effect is their difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from lealtad.base.intervals import Z
from lealtad.experiments.uplift.checking import check_rows
from lealtad.experiments.uplift.response_model import LogitModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from lealtad.experiments.uplift.response_model import ResponseModel

    Floats = NDArray[np.float64]


class TwoModels:
    """The difference of two models of the outcome; two penalised logits by default.

    Parameters
    ----------
    make_model
        Returns an unfitted model; it is called once per arm.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(4000, 1))
    >>> treated = np.arange(4000) % 2
    >>> y = (rng.random(4000) < 0.2 + 0.1 * treated * (X[:, 0] > 0)).astype(float)
    >>> effect = TwoModels().fit(X, y, treated).predict(X)
    >>> bool(effect[X[:, 0] > 1].mean() > effect[X[:, 0] < -1].mean())
    True
    """

    def __init__(self, make_model: Callable[[], ResponseModel] = LogitModel) -> None:
        self.make_model = make_model

    def fit(self, X: Floats, y: ArrayLike, treated: ArrayLike) -> Self:
        """Learn from a randomised experiment.

        Raises
        ------
        DataError
            See `check_rows`.
        """
        outcome, arm = check_rows(y, treated, len(X))
        self.control = self.make_model().fit(X[~arm], outcome[~arm])
        self.treated = self.make_model().fit(X[arm], outcome[arm])
        return self

    def predict(self, X: Floats) -> Floats:
        """Return what treatment adds to the outcome's probability, one per row."""
        return self.treated.predict(X) - self.control.predict(X)

    def predict_interval(self, X: Floats) -> tuple[Floats, Floats]:
        """Return the 95 % interval of each effect; NaN if the models state no errors."""
        effect = self.predict(X)
        if not (isinstance(self.control, LogitModel) and isinstance(self.treated, LogitModel)):
            unknown = np.full(len(effect), np.nan)
            return unknown, unknown
        error = np.hypot(self.control.compute_error(X), self.treated.compute_error(X))
        return effect - Z * error, effect + Z * error
