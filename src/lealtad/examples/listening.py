"""What customers wrote: how much of it is negative, and which themes they mention.

Optional: `[features] modules = ["lealtad.examples.listening"]` adds it. The catalog of companies that do not ask
for it stays as it is, and so do their models. Nothing is fitted: the list of words and the taxonomy are fixed, so
that a value rests on nothing later than its date.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.examples.features import Facts, feature
from lealtad.examples.features.units import COMMENTS, SHARE
from lealtad.experience.listening import Taxonomy, score_by_words, split_sentences
from lealtad.experience.listening.languages import detect_language
from lealtad.experience.listening.sentiment import NEGATIVE
from lealtad.experience.listening.texts import clean_comment

if TYPE_CHECKING:
    from collections.abc import Callable

    from lealtad.examples.features.engine.facts import Matrix
    from lealtad.examples.features.feature import Feature
    from lealtad.experience.listening.themes import Theme

WINDOW = 91
# the values rest on this taxonomy: another one makes other features, and this line states this to the models' hash
TAXONOMY = "115997ea86d79e64"
_MOST_REMEMBERED = 100_000


@lru_cache(maxsize=1)
def read_taxonomy() -> Taxonomy:
    """Read the taxonomy that the features are made of.

    Raises
    ------
    SettingsError
        If it is not the one that this module names.
    """
    taxonomy = Taxonomy.read()
    if taxonomy.fingerprint != TAXONOMY:
        raise SettingsError(
            place="lealtad.examples.listening",
            expected=f"the taxonomy {TAXONOMY}",
            found=taxonomy.fingerprint,
            fix="Install the package again: its files are not of one version.",
        )
    return taxonomy


@lru_cache(maxsize=_MOST_REMEMBERED)
def read_text(text: str) -> tuple[int, int, frozenset[str]]:
    """Return how many sentences a comment has, how many of them are negative, and the codes of its themes.

    Examples
    --------
    >>> sentences, negative, themes = read_text("Muy amables. Tardaron dos semanas, fatal.")
    >>> sentences, negative, "wait" in themes or bool(themes)
    (2, 1, True)
    """
    clean = clean_comment(text)
    language = detect_language(clean)
    sentences = split_sentences(clean)
    negative = sum(score_by_words(sentence, language) < NEGATIVE for sentence in sentences)
    themes = frozenset(code for sentence in sentences for code in read_taxonomy().find(sentence, language))
    return len(sentences), negative, themes


@feature(
    source="comments",
    unit=SHARE,
    about="comments",
    windows=(WINDOW,),
    needs=("comment",),
    null="no comment in the window",
    risk="rises",
)
def negative_sentences(facts: Facts, window: int) -> Matrix:
    """Negative sentences over all sentences of the comments of the window (share)."""
    negative, every = (facts.sum(_count_sentences(position), window) for position in (1, 0))
    share: Matrix = np.divide(negative, every, out=np.full(every.shape, np.nan), where=every > 0)
    return share


def _count_sentences(position: int) -> pl.Expr:
    return pl.col("comment").map_batches(partial(_take, position), return_dtype=pl.Float64)


def _take(position: int, texts: pl.Series) -> pl.Series:
    return pl.Series(texts.name, [float(read_text(text)[:2][position]) for text in texts], dtype=pl.Float64)


def _mention(code: str, texts: pl.Series) -> pl.Series:
    return pl.Series(texts.name, [code in read_text(text)[2] for text in texts], dtype=pl.Boolean)


def _make_theme_feature(theme: Theme) -> Feature:
    def count_mentions(facts: Facts, window: int) -> Matrix:
        mentions = pl.col("comment").map_batches(partial(_mention, theme.code), return_dtype=pl.Boolean)
        return facts.count(window, where=mentions)

    formula: Callable[..., Matrix] = count_mentions
    formula.__name__ = f"theme_{theme.code}"
    formula.__doc__ = f"Comments of the window about {theme.words.en} (count)."
    formula.__module__ = __name__
    theme_feature = feature(
        source="comments", unit=COMMENTS, about=f"theme {theme.code}", windows=(WINDOW,), needs=("comment",)
    )(formula)
    return replace(
        theme_feature,
        says={
            "en": f"> Wrote about this in {{value}}: {theme.words.en}.",
            "es": f"> Escribió sobre esto en {{value}}: {theme.words.es}.",
        },
    )


_SAYS = {
    "en": "> {value} of what the customer wrote in the last {window} days is negative.",
    "es": "> El {value} de lo que escribió en los últimos {window} días es negativo.",
}
negative_sentences = replace(negative_sentences, says=_SAYS)
# a feature per theme, each with words of its own; general judgements say what the scores say
globals().update(
    {f"theme_{theme.code}": _make_theme_feature(theme) for theme in Taxonomy.read().themes if not theme.general}
)
