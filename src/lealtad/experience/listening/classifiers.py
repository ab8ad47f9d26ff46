"""Classifiers of comments whose probabilities are averaged, each on the blocks of `CommentFeatures`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

Blocks = list[sparse.csr_matrix]
_OPTIONS: dict[str, Any] = {"class_weight": "balanced", "max_iter": 500}
_ALL_COLUMNS, _RATIO_WEIGHTED, _SUPPORT_VECTOR, _SHARPNESS = 1.0, 0.5, 0.15, 2.0


class CommentClassifier(Protocol):
    """A classifier of comments."""

    def fit(self, blocks: Blocks, target: NDArray[np.str_]) -> Self:
        """Learn from the blocks of words, letters and lexicon."""
        ...

    def predict_proba(self, blocks: Blocks) -> NDArray[np.float64]:
        """Return the probability of each class, in their order."""
        ...


class WordsAndLetters:
    """The baseline: logistic regression on words and letters alone."""

    def fit(self, blocks: Blocks, target: NDArray[np.str_]) -> Self:
        """Learn from the blocks."""
        self._model = AllColumns().fit(blocks[:2], target)
        return self

    def predict_proba(self, blocks: Blocks) -> NDArray[np.float64]:
        """Return the probability of each class."""
        return self._model.predict_proba(blocks[:2])


class AllColumns:
    """Logistic regression on all columns."""

    def fit(self, blocks: Blocks, target: NDArray[np.str_]) -> Self:
        """Learn from the blocks."""
        from sklearn.linear_model import LogisticRegression

        self._model = LogisticRegression(C=_ALL_COLUMNS, **_OPTIONS).fit(
            sparse.hstack(blocks, format="csr"), target
        )
        return self

    def predict_proba(self, blocks: Blocks) -> NDArray[np.float64]:
        """Return the probability of each class."""
        chances: NDArray[np.float64] = self._model.predict_proba(sparse.hstack(blocks, format="csr"))
        return chances


class RatioWeighted:
    """A logistic regression per class, on words and letters weighted by how much more frequent they are in it."""

    def fit(self, blocks: Blocks, target: NDArray[np.str_]) -> Self:
        """Learn from the blocks."""
        from sklearn.linear_model import LogisticRegression

        words, letters = blocks[:2]
        own = sparse.hstack([words, letters], format="csr")
        classes = np.unique(target)
        self._ratios = [_compute_ratio(words, letters, target == name) for name in classes]
        self._models = [
            LogisticRegression(C=_RATIO_WEIGHTED, **_OPTIONS).fit(own.multiply(ratio).tocsr(), target == name)
            for ratio, name in zip(self._ratios, classes, strict=True)
        ]
        return self

    def predict_proba(self, blocks: Blocks) -> NDArray[np.float64]:
        """Return the probability of each class."""
        own = sparse.hstack(blocks[:2], format="csr")
        pairs = zip(self._models, self._ratios, strict=True)
        chances = np.column_stack(
            [model.predict_proba(own.multiply(ratio).tocsr())[:, 1] for model, ratio in pairs]
        )
        shares: NDArray[np.float64] = chances / chances.sum(axis=1, keepdims=True)
        return shares


class SupportVector:
    """A linear support vector machine, with margins converted to probabilities."""

    def fit(self, blocks: Blocks, target: NDArray[np.str_]) -> Self:
        """Learn from the blocks."""
        from sklearn.svm import LinearSVC

        columns = sparse.hstack(blocks, format="csr")
        self._model = LinearSVC(C=_SUPPORT_VECTOR, class_weight="balanced", random_state=0).fit(columns, target)
        return self

    def predict_proba(self, blocks: Blocks) -> NDArray[np.float64]:
        """Return pseudo-probabilities of each class, from the margins."""
        margins = self._model.decision_function(sparse.hstack(blocks, format="csr"))
        both = np.column_stack([-margins, margins]) if margins.ndim == 1 else margins
        raised = np.exp(_SHARPNESS * (both - both.max(axis=1, keepdims=True)))
        shares: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
        return shares


def _compute_ratio(
    words: sparse.csr_matrix, letters: sparse.csr_matrix, inside: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return how much more frequent each column is inside a class, as log ratio, smoothed by one."""
    parts = []
    for block in (words > 0, letters):
        within, without = (np.asarray(block[part].sum(axis=0)).ravel() + 1.0 for part in (inside, ~inside))
        parts.append(np.log((within / within.sum()) / (without / without.sum())))
    return np.concatenate(parts)
