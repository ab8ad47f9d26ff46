"""One logit in which treatment interacts with every column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.linear_model import LogisticRegression

from lealtad.experiments.uplift.checking import check_rows
from lealtad.learning.estimators.baseline_models import make_table_baselines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


class InteractionLogit:
    """A penalised logit on the columns, on treatment, and on treatment times each column.

    Interactions are penalised like the columns: with little data, all customers gain the same.

    Parameters
    ----------
    categorical
        Positions of columns that hold codes of categories.
    strength
        C, the inverse of the penalty.
    """

    def __init__(self, categorical: Sequence[int] = (), strength: float = 0.1) -> None:
        self.categorical, self.strength = tuple(categorical), strength

    def fit(self, X: Floats, y: ArrayLike, treated: ArrayLike) -> Self:
        """Learn from a randomised experiment; see `check_rows` for errors."""
        outcome, arm = check_rows(y, treated, len(X))
        columns = [str(number) for number in range(X.shape[1])]
        self.columns: Any = make_table_baselines(columns, self.categorical)["logistic"][:-1].fit(X)
        self.logit = LogisticRegression(C=self.strength, max_iter=5000)
        self.logit.fit(self._build_design(X, arm.astype(np.float64)), outcome)
        return self

    def predict(self, X: Floats) -> Floats:
        """Return what treatment adds to the outcome's probability, one per row."""
        with_it, without = (
            self.logit.predict_proba(self._build_design(X, np.full(len(X), arm)))[:, 1] for arm in (1.0, 0.0)
        )
        return np.asarray(with_it - without)

    def _build_design(self, X: Floats, treated: Floats) -> Floats:
        columns = self.columns.transform(X)
        dense = columns.toarray() if hasattr(columns, "toarray") else columns
        centred = treated[:, None] - 0.5
        return np.column_stack([dense, centred, centred * dense])
