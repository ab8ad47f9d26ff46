"""What customers write next to a score, in their own ways: tone, typos, and now and then the other language.

Each comment is about what truly moved the customer (see `comments`). It comes from a random stream of its own, so
that no other table depends on it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated.comments import SENTENCES, TOPICS

if TYPE_CHECKING:
    from collections.abc import Mapping

_LANGUAGES = ("es", "en")
_OTHER_LANGUAGE, _TYPO, _OPENS, _CLOSES, _SHOUTS = 0.02, 0.12, 0.3, 0.25, 0.05
_PER_TOPIC = 4  # of `SENTENCES`: two languages, two ways each


@cache
def _read_phrases() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    text = files("lealtad.sources.simulated").joinpath("written_comments.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def find_topics(comments: pl.Series) -> pl.Series:
    """Return what each comment of `comments.SENTENCES` is about; null for none.

    Examples
    --------
    >>> find_topics(pl.Series(["Ha subido el precio.", None])).to_list()
    ['price_rise', None]
    """
    topics = {sentence: TOPICS[k // _PER_TOPIC] for k, sentence in enumerate(SENTENCES) if sentence}
    return comments.replace_strict(topics, default=None, return_dtype=pl.String).alias("topic")


def vary_comments(rng: np.random.Generator, surveys: pl.DataFrame) -> pl.DataFrame:
    """Return the surveys with every comment in a customer's own words; what it is about stays.

    Parameters
    ----------
    surveys
        With `comment` from `comments.SENTENCES`, and `survey_id`: the draws follow the order of the ids.
    """
    written = surveys.select("survey_id", "comment").drop_nulls("comment").sort("survey_id")
    if written.is_empty():
        return surveys
    position = {sentence: k for k, sentence in enumerate(SENTENCES) if sentence}
    number = written["comment"].replace_strict(position, return_dtype=pl.Int64).to_numpy()
    spoken = (number // 2) % 2
    other = rng.random(number.size) < _OTHER_LANGUAGE
    language = np.where(other, 1 - spoken, spoken)
    draws = rng.random((number.size, 8))
    texts = [
        _write(TOPICS[topic], _LANGUAGES[code], row)
        for topic, code, row in zip(number // _PER_TOPIC, language, draws, strict=True)
    ]
    varied = written.select("survey_id").with_columns(pl.Series("comment", texts))
    kept = surveys.drop("comment").join(varied, on="survey_id", how="left", maintain_order="left")
    return kept.select(surveys.columns)


def _write(topic: str, language: str, draws: np.ndarray) -> str:
    """Write one comment from eight draws between 0 and 1."""
    phrases = _read_phrases()[language]
    kind = "pleased" if topic == "content" else "calm" if topic == "indifferent" else "annoyed"
    sentences = [_pick(phrases["topics"][topic], draws[0])]
    if draws[1] < _OPENS:
        sentences.insert(0, _pick(phrases["openings"][kind], draws[2]))
    if draws[3] < _CLOSES:
        sentences.append(_pick(phrases["closings"][kind], draws[4]))
    text = " ".join(sentences)
    if draws[5] < _TYPO:
        text = _mistype(text, draws[6])
    if kind == "annoyed" and draws[7] < _SHOUTS:
        return text.upper()
    return text.lower().rstrip(".") if draws[7] > 1 - _SHOUTS else text


def _pick(choices: list[str], draw: float) -> str:
    return choices[min(int(draw * len(choices)), len(choices) - 1)]


def _mistype(text: str, draw: float) -> str:
    """Swap two letters, drop one, or leave the accents out."""
    place = 1 + int(draw * 997) % max(len(text) - 2, 1)
    slip = int(draw * 3)
    if slip == 0:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if slip == 1:
        return text[:place] + text[place + 1 :]
    return text.translate(str.maketrans("áéíóúñ¿¡", "aeioun  ")).strip()
