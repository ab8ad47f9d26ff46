"""Comments as columns of a model: words with marked negation, character n-grams, and lexicon scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy import sparse

from lealtad.experience.listening.lexicon import describe_by_words
from lealtad.experience.listening.negation import mark_negation

if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS_UP_TO = 400  # characters of a comment used for n-grams; more add nothing and take most of the time
_WORD_WEIGHT = 0.5
_MANY = 100
_ANY_WORD = r"[^\s]+"


class CommentFeatures:
    """TF-IDF of words (1–2, negation marked) and letters within them (2–5), next to the figures of the lexicon."""

    def fit(self, texts: Sequence[str]) -> Self:
        """Learn the vocabulary; with many texts, terms of a single text are left out."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        least = 2 if len(texts) > _MANY else 1
        shared: dict[str, Any] = {"sublinear_tf": True, "min_df": least, "dtype": np.float32}
        self._words = TfidfVectorizer(
            preprocessor=mark_negation, token_pattern=_ANY_WORD, ngram_range=(1, 2), **shared
        )
        self._letters = TfidfVectorizer(preprocessor=_shorten, analyzer="char_wb", ngram_range=(2, 5), **shared)
        filled = [text or "." for text in texts]
        self._words.fit(filled)
        self._letters.fit(filled)
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return one row per text."""
        return sparse.hstack(self.list_blocks(texts), format="csr")

    def list_blocks(self, texts: Sequence[str]) -> list[sparse.csr_matrix]:
        """Return the columns of words, letters and lexicon as separate blocks."""
        figures = np.array([describe_by_words(text) for text in texts], dtype=np.float32).reshape(len(texts), -1)
        return [
            self._words.transform(texts),
            self._letters.transform(texts),
            sparse.csr_matrix(_WORD_WEIGHT * figures),
        ]


def _shorten(text: str) -> str:
    return text[:_LETTERS_UP_TO].lower()
