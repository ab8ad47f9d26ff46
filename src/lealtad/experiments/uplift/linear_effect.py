"""A linear regression of the effect on the columns, with its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np

from lealtad.base.intervals import Z
from lealtad.learning.estimators.baseline_models import make_table_baselines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class LinearEffect:
    """A ridge regression of scores on standardised logarithms and one column per category.

    Parameters
    ----------
    categorical
        Positions of columns that hold codes of categories.
    penalty
        In rows: how many rows' worth of no differences between customers it adds.
    """

    def __init__(self, categorical: Sequence[int] = (), penalty: float = 100.0) -> None:
        self.categorical, self.penalty = tuple(categorical), penalty

    def fit(self, X: Floats, scores: Floats, weight: Floats | None = None) -> Self:
        """Learn from scores; the errors allow for their variance being different from row to row."""
        columns = [str(number) for number in range(X.shape[1])]
        self.columns: Any = make_table_baselines(columns, self.categorical)["logistic"][:-1].fit(X)
        design = self._build_design(X)
        counted = np.ones(len(X)) if weight is None else weight
        ridge = np.full(design.shape[1], self.penalty)
        ridge[0] = 0.0  # the mean effect is not penalised
        inverse = np.linalg.pinv((design * counted[:, None]).T @ design + np.diag(ridge))
        self.coefficients = inverse @ (design.T @ (counted * scores))
        rest = counted * (scores - design @ self.coefficients)
        self.covariance = inverse @ ((design * rest[:, None] ** 2).T @ design) @ inverse
        return self

    def predict(self, X: Floats) -> Floats:
        """Return the effect, one per row."""
        return np.asarray(self._build_design(X) @ self.coefficients)

    def predict_interval(self, X: Floats) -> tuple[Floats, Floats]:
        """Return the 95 % interval of each effect."""
        design = self._build_design(X)
        effect = design @ self.coefficients
        error = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        return effect - Z * error, effect + Z * error

    def _build_design(self, X: Floats) -> Floats:
        columns = self.columns.transform(X)
        dense = columns.toarray() if hasattr(columns, "toarray") else columns
        return np.column_stack([np.ones(len(X)), np.asarray(dense, dtype=np.float64)])
