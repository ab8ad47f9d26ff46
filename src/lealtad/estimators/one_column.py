"""What one column alone says: the rule of thumb that a model has to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.isotonic import IsotonicRegression
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class OneColumnClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Rate of the outcome as a monotone function of one column, rising or falling as the data say.

    Parameters
    ----------
    column
        Position of the column. A null stands for more than any value.

    Examples
    --------
    >>> X, y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([0, 0, 1, 1])
    >>> OneColumnClassifier(0).fit(X, y).predict_proba(X)[:, 1].tolist()
    [0.0, 0.0, 1.0, 1.0]
    """

    def __init__(self, column: int = 0) -> None:
        self.column = column

    def fit(self, X: ArrayLike, y: ArrayLike) -> OneColumnClassifier:
        """Fit the rate to the column."""
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan")
        check_classification_targets(y)
        self.classes_ = unique_labels(y)
        if len(self.classes_) != 2:  # noqa: PLR2004 - two outcomes
            raise ValueError(
                f"Only binary classification is supported: expected two outcomes, found {len(self.classes_)}"
            )
        self.highest_ = np.nanmax(X[:, self.column], initial=0.0)
        values, happened = self._values(X), np.asarray(y) == self.classes_[1]
        rising = rankdata(values)[happened].mean() >= rankdata(values)[~happened].mean()
        self.rate_ = IsotonicRegression(increasing=bool(rising), out_of_bounds="clip").fit(values, happened)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the rate of each outcome."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        rate = self.rate_.predict(self._values(X))
        return np.column_stack([1 - rate, rate])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier outcome."""
        return np.asarray(self.classes_[(self.predict_proba(X)[:, 1] > 0.5).astype(int)])  # noqa: PLR2004 - a half

    def _values(self, X: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.nan_to_num(X[:, self.column], nan=self.highest_ + 1.0)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags
