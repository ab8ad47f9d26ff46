"""Models that predict a score or a class from a comment, learned from labelled comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from scipy import sparse

from lealtad.base.errors import TooLittleDataError
from lealtad.experience.listening.classifier_choice import CLASSIFIERS, choose_classifiers
from lealtad.experience.listening.classifiers import AllColumns
from lealtad.experience.listening.comment_features import CommentFeatures
from lealtad.experience.listening.encoded_scores import EncodedScores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_RIDGE = 3.0
LEAST_LABELLED = 30


class Encoder(Protocol):
    """Turns texts into vectors of equal length, such as a sentence encoder that is installed next to lealtad."""

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return one row per text."""
        ...


class ScoreModel:
    """Predicts the score of a comment by ridge regression, averaged with `EncodedScores` if there is an encoder.

    Parameters
    ----------
    encoder
        Turns texts into vectors; None uses only words and letters.

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
            self._encoded = EncodedScores(self.encoder).fit(texts, scores)
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the score of each comment, in the unit that was learned."""
        if len(texts) == 0:
            return np.zeros(0)
        predicted: NDArray[np.float64] = self._ridge.predict(self._features.transform(texts))
        if self.encoder is None:
            return predicted
        mean: NDArray[np.float64] = (predicted + self._encoded.predict(texts)) / 2
        return mean


class ClassModel:
    """Predicts the class of a comment, such as a sentiment or a reason for complaint.

    The mean of two or three classifiers; folds of the comments it learns from decide which. One is a logistic
    regression on all columns, one a linear support vector machine. The third is a regression for each class on
    words and letters, weighted by how much more frequent they are in it. Unless folds show that they are ahead,
    it is a logistic regression on words and letters alone. `classifiers` names the choice.

    Parameters
    ----------
    encoder
        Turns texts into vectors; half of each probability then comes from a logistic regression on them. None uses
        only words and letters.

    References
    ----------
    Wang, Manning (2012), Baselines and bigrams: simple, good sentiment and topic classification. ACL.

    Examples
    --------
    >>> model = ClassModel().fit(["very good", "good", "bad", "very bad"] * 10, ["+", "+", "-", "-"] * 10)
    >>> model.predict(["so good", "so bad"]).tolist()
    ['+', '-']
    """

    def __init__(self, encoder: Encoder | None = None) -> None:
        self.encoder = encoder

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        """Learn from comments and their classes.

        Raises
        ------
        TooLittleDataError
            If there are fewer than 30, or only one class.
        """
        target = np.asarray(labels)
        self.classes = np.unique(target)
        _check_count(len(texts))
        if self.classes.size < 2:  # noqa: PLR2004 - one class is no question
            raise TooLittleDataError(
                what="classes of labelled comments", needed=2, found=1, fix="Label comments of another class."
            )
        self.classifiers = choose_classifiers(texts, target)
        self._features = CommentFeatures().fit(texts)
        blocks = self._features.list_blocks(texts)
        self._fitted = [CLASSIFIERS[name]().fit(blocks, target) for name in self.classifiers]
        if self.encoder is not None:
            self._encoded = AllColumns().fit([sparse.csr_matrix(self.encoder(texts))], target)
        return self

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the probability of each class, in the order of `classes`."""
        if len(texts) == 0:
            return np.zeros((0, self.classes.size))
        blocks = self._features.list_blocks(texts)
        mean: NDArray[np.float64] = np.mean(
            [classifier.predict_proba(blocks) for classifier in self._fitted], axis=0
        )
        if self.encoder is None:
            return mean
        return (mean + self._encoded.predict_proba([sparse.csr_matrix(self.encoder(texts))])) / 2

    def predict(self, texts: Sequence[str]) -> NDArray[np.str_]:
        """Return the most probable class of each comment."""
        chosen: NDArray[np.str_] = self.classes[self.predict_proba(texts).argmax(axis=1)]
        return chosen


def _check_count(count: int) -> None:
    if count < LEAST_LABELLED:
        raise TooLittleDataError(
            what="labelled comments",
            needed=LEAST_LABELLED,
            found=count,
            fix="Label or collect more comments; until then use the lexicon: score_by_words.",
        )
