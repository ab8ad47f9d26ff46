"""The X learner: each arm's outcome against what the other arm's model expects, then both combined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from lealtad.experiments.uplift.checking import check_rows
from lealtad.experiments.uplift.linear_effect import LinearEffect
from lealtad.experiments.uplift.response_model import LogitModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from lealtad.experiments.uplift.response_model import ResponseModel

    Floats = NDArray[np.float64]


class XLearner:
    """Effects by imputed differences; best if one arm is much smaller.

    Parameters
    ----------
    make_model
        Returns an unfitted model of the outcome.
    categorical
        Positions of columns that hold codes of categories.

    References
    ----------
    Künzel, Sekhon, Bickel & Yu (2019), Metalearners for estimating heterogeneous treatment effects. PNAS 116.
    """

    def __init__(
        self, make_model: Callable[[], ResponseModel] = LogitModel, categorical: Sequence[int] = ()
    ) -> None:
        self.make_model, self.categorical = make_model, tuple(categorical)

    def fit(self, X: Floats, y: ArrayLike, treated: ArrayLike) -> Self:
        """Learn from a randomised experiment; see `check_rows` for errors."""
        outcome, arm = check_rows(y, treated, len(X))
        self.share = float(arm.mean())
        without = self.make_model().fit(X[~arm], outcome[~arm]).predict(X[arm])
        with_it = self.make_model().fit(X[arm], outcome[arm]).predict(X[~arm])
        self.of_treated = LinearEffect(self.categorical).fit(X[arm], outcome[arm] - without)
        self.of_control = LinearEffect(self.categorical).fit(X[~arm], with_it - outcome[~arm])
        return self

    def predict(self, X: Floats) -> Floats:
        """Return what treatment adds to the outcome's probability, one per row."""
        return np.asarray(self.share * self.of_control.predict(X) + (1 - self.share) * self.of_treated.predict(X))
