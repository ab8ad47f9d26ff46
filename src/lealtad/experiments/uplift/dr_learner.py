"""The DR learner: a linear regression of doubly robust scores on the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from lealtad.experiments.uplift.linear_effect import LinearEffect
from lealtad.experiments.uplift.response_model import LogitModel
from lealtad.experiments.uplift.scores import compute_doubly_robust_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from lealtad.experiments.uplift.response_model import ResponseModel

    Floats = NDArray[np.float64]


class DRLearner:
    """Effects by doubly robust scores.

    Parameters
    ----------
    make_model
        Returns an unfitted model of the outcome, such as `lambda: LearnerModel(LightGBM())`.
    categorical
        Positions of columns that hold codes of categories.
    seed
        Seed of the folds.

    References
    ----------
    Kennedy (2023), Towards optimal doubly robust estimation of heterogeneous causal effects. Electronic Journal of
    Statistics 17.
    """

    def __init__(
        self, make_model: Callable[[], ResponseModel] = LogitModel, categorical: Sequence[int] = (), seed: int = 1
    ) -> None:
        self.make_model, self.categorical, self.seed = make_model, tuple(categorical), seed

    def fit(self, X: Floats, y: ArrayLike, treated: ArrayLike) -> Self:
        """Learn from a randomised experiment; see `check_rows` for errors."""
        scores = compute_doubly_robust_scores(X, y, treated, self.make_model, seed=self.seed)
        self.effect = LinearEffect(self.categorical).fit(X, scores)
        return self

    def predict(self, X: Floats) -> Floats:
        """Return what treatment adds to the outcome's probability, one per row."""
        return self.effect.predict(X)

    def predict_interval(self, X: Floats) -> tuple[Floats, Floats]:
        """Return the 95 % interval of each effect."""
        return self.effect.predict_interval(X)
