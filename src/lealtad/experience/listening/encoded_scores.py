"""Scores predicted from an encoder's vectors, in which comments of similar meaning are close."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Self

import numpy as np

from lealtad.experience.listening.texts import split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.experience.listening.comment_models import Encoder

_WIDTH, _RIDGE = 1.0, 0.3
_MOST_LANDMARKS = 2_000  # with at most this many comments the regression is exact
_SEED = 0


class EncodedScores:
    """Kernel ridge regression on the mean vector of a comment's sentences.

    Parameters
    ----------
    encoder
        Turns texts into vectors.

    References
    ----------
    Williams, Seeger (2001), Using the Nyström method to speed up kernel machines. NIPS.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def fit(self, texts: Sequence[str], scores: NDArray[np.float64]) -> Self:
        """Learn from comments and their scores."""
        from sklearn.kernel_approximation import Nystroem
        from sklearn.linear_model import Ridge
        from sklearn.pipeline import make_pipeline

        landmarks = min(len(texts), _MOST_LANDMARKS)
        kernel = Nystroem(gamma=_WIDTH, n_components=landmarks, random_state=_SEED)
        self._model = make_pipeline(kernel, Ridge(alpha=_RIDGE)).fit(encode_comments(self.encoder, texts), scores)
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return the score of each comment."""
        predicted: NDArray[np.float64] = self._model.predict(encode_comments(self.encoder, texts))
        return predicted


def encode_comments(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the normalised mean vector of each comment's sentences; each distinct sentence is encoded once.

    Examples
    --------
    >>> encode_comments(lambda texts: np.array([[len(text), 4.0] for text in texts]), ["One. Two", "abc"])
    array([[0.65850461, 0.75257669],
           [0.6       , 0.8       ]])
    """
    parts = [split_sentences(text) or [text] for text in texts]
    sentences = list(dict.fromkeys(chain.from_iterable(parts)))
    vectors = encoder(sentences)
    row = {sentence: number for number, sentence in enumerate(sentences)}
    means = np.array([vectors[[row[sentence] for sentence in part]].mean(axis=0) for part in parts])
    length = np.linalg.norm(means, axis=1, keepdims=True)
    scaled: NDArray[np.float64] = np.divide(means, length, out=np.zeros_like(means), where=length > 0)
    return scaled
