"""Classifiers on a single column: rules of thumb that a model has to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata
from sklearn.isotonic import IsotonicRegression
from sklearn.utils.validation import check_is_fitted, validate_data

from lealtad.learning.estimators.binary import BinaryClassifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


class OneColumnClassifier(BinaryClassifier):
    """Rate of the outcome as a monotone function of one column, rising or falling as the data show.

    Parameters
    ----------
    column
        Position of the column, or several positions, of which the one that ranks the training rows best is taken.
        A null counts as larger than any value.

    Attributes
    ----------
    column_
        The chosen position.

    Examples
    --------
    >>> X, y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([0, 0, 1, 1])
    >>> OneColumnClassifier(0).fit(X, y).predict_proba(X)[:, 1].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """

    def __init__(self, column: int | Sequence[int] = 0) -> None:
        self.column = column

    def fit(self, X: ArrayLike, y: ArrayLike) -> OneColumnClassifier:
        """Fit the rate to the column."""
        values, y = validate_data(self, X, y, ensure_all_finite="allow-nan")
        happened = self._read_classes(y)
        self.column_ = max(np.atleast_1d(self.column), key=lambda at: _measure_strength(values[:, at], happened))
        raw = values[:, self.column_]
        self.highest_ = np.nanmax(raw[~np.isnan(raw)], initial=0.0)
        column = self._values(values)
        rising = rankdata(column)[happened].mean() >= rankdata(column)[~happened].mean()
        self.rate_ = IsotonicRegression(increasing=bool(rising), out_of_bounds="clip").fit(column, happened)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the rate of each outcome."""
        check_is_fitted(self)
        values = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        rate = self.rate_.predict(self._values(values))
        return np.column_stack([1 - rate, rate])

    def _values(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.nan_to_num(X[:, self.column_], nan=self.highest_ + 1.0)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.poor_score = True  # it reads only one column
        return tags


def _measure_strength(values: NDArray[np.float64], happened: NDArray[np.bool_]) -> float:
    """Return how far the column's AUC is from chance."""
    ranks = rankdata(np.nan_to_num(values, nan=np.inf))
    churned, stayed = int(happened.sum()), int((~happened).sum())
    return abs(float((ranks[happened].mean() - (churned + 1) / 2) / stayed) - 0.5)
