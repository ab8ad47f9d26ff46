"""The sentences about features: one text file per language, `sentences.en.toml` and `sentences.es.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "es")
OR_BELOW_ZERO = " || "  # before the sentence of a value below 0
_TOPICS = "topics"


def find_sentences(family: str, name: str) -> dict[str, str]:
    """Return the sentence about a feature of a family by language, "" where it has none.

    Examples
    --------
    >>> find_sentences("tickets", "open_tickets")["en"]
    '> Has {value} open[: {subject}][, for {age}].'
    """
    return {language: read_sentences(language).get(family, {}).get(name, "") for language in LANGUAGES}


def translate_topic(about: str, language: str) -> str:
    """Return a topic in the words of a language; a topic of the company's own stays as it is.

    Examples
    --------
    >>> [translate_topic(topic, "es") for topic in ("first reply", "attr_region")]
    ['primera respuesta', 'attr_region']
    """
    return read_sentences(language).get(_TOPICS, {}).get(about, about)


@cache
def read_sentences(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the sentences of a language by family and feature; `topics` holds the topics in its words."""
    path = Path(__file__).with_name(f"sentences.{language}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
