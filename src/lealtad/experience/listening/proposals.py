"""Proposals for new themes: groups of words in sentences without a theme."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.base.masking import mask_personal_data
from lealtad.experience.listening.languages import list_function_words
from lealtad.experience.listening.texts import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MOST, _LEAST_SENTENCES, _LEAST_SHARE, _WORDS, _CONSIDERED = 6, 30, 0.02, 6, 20_000
_COMMON = 0.6
_LONG_WORD = r"(?u)\b[^\W\d_]{4,}\b"
_PROPOSED: dict[str, pl.DataType] = {
    "language": pl.String(),
    "words": pl.List(pl.String),
    "sentences": pl.Int64(),
    "share": pl.Float64(),
    "example": pl.String(),
}
PROPOSALS = pl.Schema(_PROPOSED)


def propose_themes(sentences: pl.DataFrame) -> pl.DataFrame:
    """Propose themes for the sentences that have none, by non-negative matrix factorisation, language by language.

    Parameters
    ----------
    sentences
        `sentence, language, themes`.

    Returns
    -------
    `language, words` (most typical first), `sentences` (number that fit it best), `share` (of those without a
    theme), `example` (masked). Empty if fewer than 30 sentences of a language have no theme.
    """
    without = sentences.filter(pl.col("themes").list.len() == 0)
    parts = [PROPOSALS.to_frame()]
    for language in without["language"].drop_nulls().unique().sort():
        texts = without.filter(language=language)["sentence"].to_list()[:_CONSIDERED]
        if len(texts) >= _LEAST_SENTENCES:
            parts.append(_propose(texts, str(language)))
    return pl.concat(parts)


def _propose(texts: Sequence[str], language: str) -> pl.DataFrame:
    from sklearn.feature_extraction.text import TfidfVectorizer

    least = max(2, int(_LEAST_SHARE * len(texts) / 4))
    vectorizer = TfidfVectorizer(
        preprocessor=fold_text,
        token_pattern=_LONG_WORD,
        ngram_range=(1, 2),
        min_df=least,
        max_df=_COMMON,
        stop_words=list_function_words(language),
    )
    try:
        table = vectorizer.fit_transform(texts)
    except ValueError:  # no word is frequent enough
        return PROPOSALS.to_frame()
    weights, components = _factorize(table, min(_MOST, table.shape[1], len(texts) - 1))
    names = vectorizer.get_feature_names_out()
    best, strength = weights.argmax(axis=1), weights.max(axis=1)
    rows = []
    for number in range(len(components)):
        mine = np.flatnonzero((best == number) & (strength > 0))
        if len(mine) < _LEAST_SHARE * len(texts):
            continue
        words = [str(names[k]) for k in np.argsort(-components[number])[:_WORDS]]
        example = texts[int(mine[np.argmax(weights[mine, number])])]
        rows.append(
            {
                "language": language,
                "words": words,
                "sentences": len(mine),
                "share": len(mine) / len(texts),
                "example": mask_personal_data(example, language),
            }
        )
    return pl.DataFrame(rows, schema=PROPOSALS).sort("sentences", descending=True)


def _factorize(table: Any, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sentences × topics, and topics × words."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # an exact factorisation can have a slightly negative residual
        model = NMF(size, init="nndsvd", max_iter=200)
        return model.fit_transform(table), model.components_
