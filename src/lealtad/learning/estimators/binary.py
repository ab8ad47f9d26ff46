"""The base of all classifiers of two outcomes: checks, prediction of the likelier outcome, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, unique_labels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class BinaryClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of two outcomes that accepts NaN as null; subclasses define fitting and scoring."""

    classes_: NDArray[Any]

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of each outcome, one row per row of X."""
        raise NotImplementedError

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier outcome."""
        first, second = self.predict_proba(X).T
        return np.asarray(self.classes_[(second > first).astype(int)])

    def _read_classes(self, y: ArrayLike) -> NDArray[np.bool_]:
        """Store the two outcomes as `classes_`, and return where the second one happened."""
        check_classification_targets(y)
        self.classes_ = unique_labels(y)
        if len(self.classes_) > 2:  # noqa: PLR2004 - two outcomes
            raise ValueError(f"Only binary classification is supported: found {len(self.classes_)} outcomes")
        if len(self.classes_) < 2:  # noqa: PLR2004 - two outcomes
            raise ValueError(f"expected two outcomes to learn from, found 1 class: {self.classes_[0]!r}")
        happened: NDArray[np.bool_] = np.asarray(y) == self.classes_[1]
        return happened

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags
