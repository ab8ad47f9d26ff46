"""Axes of words: hashed words of comments, reduced to a few numbers; fitted once, kept as a table."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

AXES = 6
_PLACES = 2**12  # hashed words and pairs of words; a company's comments have few thousands
_LEAST_COMMENTS = 50  # below, an axis is the words of single customers
_MOST_COMMENTS = 200_000
# what is said about anything, in English and Spanish, without accents; "no" and "not" change what is said
_STOP_WORDS = "\n".join(
    [
        "the a an and or of to in is it was i we you my our me for on with that this at be are as so they",
        "have has had el la los las un una unos unas y o de del al en es era fue lo le les mi mis se su sus",
        "que por para con como ha han he muy mas ya yo nos te tu",
    ]
)


@dataclass(frozen=True, eq=False)
class WordAxes:
    """A few axes on which a comment has its place.

    Attributes
    ----------
    components
        Axes × hashed words.
    """

    components: NDArray[np.float64]

    @classmethod
    def fit(cls, comments: Iterable[str]) -> WordAxes | None:
        """Fit axes on comments, in any order; None if there are too few of them."""
        from sklearn.decomposition import TruncatedSVD

        read = _thin_out(sorted(comments))
        if len(read) < _LEAST_COMMENTS:
            return None
        reduced = TruncatedSVD(AXES, random_state=0).fit(_hash_words(read))
        return cls(np.asarray(reduced.components_, dtype=np.float64))

    @classmethod
    def of_table(cls, table: pl.DataFrame) -> WordAxes:
        """Read the axes from their table."""
        return cls(table.sort("word").select(_names()).to_numpy().T)

    def table(self) -> pl.DataFrame:
        """Return one row per hashed word: `word, axis_1 ...`."""
        words = pl.Series("word", np.arange(self.components.shape[1]))
        return pl.DataFrame([words, *(pl.Series(f"axis_{i + 1}", axis) for i, axis in enumerate(self.components))])

    def places(self, comments: pl.Series) -> pl.DataFrame:
        """Return where each comment stands, one column per axis."""
        distinct = comments.unique().drop_nulls()
        placed = _hash_words(distinct.to_list()) @ self.components.T if distinct.len() else np.empty((0, AXES))
        by_comment = pl.DataFrame(
            [distinct.alias("comment"), *(pl.Series(name, placed[:, i]) for i, name in enumerate(_names()))]
        )
        joined = pl.DataFrame({"comment": comments}).join(
            by_comment, on="comment", how="left", maintain_order="left"
        )
        return joined.select(_names())


def _thin_out(comments: list[str]) -> list[str]:
    """Return the comments, of very many every so manieth."""
    return comments[:: 1 + len(comments) // _MOST_COMMENTS]


def _names() -> list[str]:
    return [f"axis_{axis}" for axis in range(1, AXES + 1)]


def _hash_words(comments: list[str]) -> NDArray[np.float64]:
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(
        n_features=_PLACES,
        ngram_range=(1, 2),
        alternate_sign=False,
        preprocessor=_fold,
        stop_words=_STOP_WORDS.split(),
        token_pattern=r"(?u)\b\w+\b",  # noqa: S106 - a pattern of words
    )
    matrix: NDArray[np.float64] = hashing.transform(comments)
    return matrix


def _fold(comment: str) -> str:
    """Take case and accents away: Spanish is written with and without them."""
    decomposed = unicodedata.normalize("NFKD", comment.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
