"""Models of comments: what a comment says about a score or a class, learned from labelled comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from scipy import sparse

from lealtad.base.errors import TooLittleDataError
from lealtad.experience.listening.comment_features import CommentFeatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_RIDGE, _ENCODED_RIDGE, _STRENGTH, _RATIO_STRENGTH = 3.0, 3.0, 1.0, 0.5
LEAST_LABELLED = 30


class Encoder(Protocol):
    """Turns texts into vectors of equal length, such as a sentence encoder that is installed next to lealtad."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return one row per text."""
        ...


class ScoreModel:
    """The score that goes with a comment: ridge regression, and with an encoder the mean with one on its vectors.

    Parameters
    ----------
    encoder
        Texts to vectors; None: words and letters alone.

    Examples
    --------
    >>> model = ScoreModel().fit(["very good", "good", "bad", "very bad"] * 10, np.array([9.0, 8, 2, 1] * 10))
    >>> good, bad = model.predict(["so good", "so bad"])
    >>> bool(good > bad)
    True
    """

    def __init__(self, encoder: Encoder | None = None) -> None:
        self.encoder = encoder

    def fit(self, texts: Sequence[str], scores: NDArray[np.float64]) -> Self:
        """Learn from comments and their scores.

        Raises
        ------
        TooLittleDataError
            If there are fewer than 30.
        """
        from sklearn.linear_model import Ridge

        _check_count(len(texts))
        self._features = CommentFeatures().fit(texts)
        self._ridge = Ridge(alpha=_RIDGE, solver="sparse_cg").fit(self._features.transform(texts), scores)
        if self.encoder is not None:
            self._encoded = Ridge(alpha=_ENCODED_RIDGE).fit(self.encoder(texts), scores)
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the score of each comment, in the unit that was learned."""
        predicted: NDArray[np.float64] = self._ridge.predict(self._features.transform(texts))
        if self.encoder is None:
            return predicted
        mean: NDArray[np.float64] = (predicted + self._encoded.predict(self.encoder(texts))) / 2
        return mean


class ClassModel:
    """The class of a comment, such as a sentiment or a reason of complaint.

    The mean of two logistic regressions: on all columns, and for each class on words and letters weighted by how
    much more frequent they are in it.

    References
    ----------
    Wang, Manning (2012), Baselines and bigrams: simple, good sentiment and topic classification. ACL.
    """

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        """Learn from comments and their classes.

        Raises
        ------
        TooLittleDataError
            If there are fewer than 30, or only one class.
        """
        from sklearn.linear_model import LogisticRegression

        target = np.asarray(labels)
        self.classes = np.unique(target)
        _check_count(len(texts))
        if self.classes.size < 2:  # noqa: PLR2004 - one class is no question
            raise TooLittleDataError(
                what="classes of labelled comments", needed=2, found=1, fix="Label comments of another class."
            )
        self._features = CommentFeatures().fit(texts)
        words, letters, figures = self._features.list_blocks(texts)
        whole = sparse.hstack([words, letters, figures], format="csr")
        options: dict[str, Any] = {"class_weight": "balanced", "max_iter": 500}
        self._plain = LogisticRegression(C=_STRENGTH, **options).fit(whole, target)
        own = sparse.hstack([words, letters], format="csr")
        self._ratios = [_compute_ratio(words, letters, target == name) for name in self.classes]
        self._weighted = [
            LogisticRegression(C=_RATIO_STRENGTH, **options).fit(own.multiply(ratio).tocsr(), target == name)
            for ratio, name in zip(self._ratios, self.classes, strict=True)
        ]
        return self

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of each class, in the order of `classes`."""
        words, letters, figures = self._features.list_blocks(texts)
        own = sparse.hstack([words, letters], format="csr")
        plain = self._plain.predict_proba(sparse.hstack([own, figures], format="csr"))
        weighted = np.column_stack(
            [
                model.predict_proba(own.multiply(ratio).tocsr())[:, 1]
                for model, ratio in zip(self._weighted, self._ratios, strict=True)
            ]
        )
        mean: NDArray[np.float64] = (plain + weighted / weighted.sum(axis=1, keepdims=True)) / 2
        return mean

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Return the most probable class of each comment."""
        chosen: NDArray[np.str_] = self.classes[self.predict_proba(texts).argmax(axis=1)]
        return chosen


def _compute_ratio(
    words: sparse.csr_matrix, letters: sparse.csr_matrix, inside: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return how much more frequent each column is inside a class, as log ratio, smoothed by one."""
    parts = []
    for block in (words > 0, letters):
        within, without = (np.asarray(block[part].sum(axis=0)).ravel() + 1.0 for part in (inside, ~inside))
        parts.append(np.log((within / within.sum()) / (without / without.sum())))
    return np.concatenate(parts)


def _check_count(count: int) -> None:
    if count < LEAST_LABELLED:
        raise TooLittleDataError(
            what="labelled comments",
            needed=LEAST_LABELLED,
            found=count,
            fix="Label or collect more comments; until then the lexicon speaks: score_by_words.",
        )
