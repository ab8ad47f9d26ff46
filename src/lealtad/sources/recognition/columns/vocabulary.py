"""The vocabularies of the recognition: words that companies use, in English and Spanish, one TOML file each."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@cache
def load_vocabulary(name: str) -> dict[str, Any]:
    """Return the content of one vocabulary, such as "shapes" for `shapes.toml`."""
    return tomllib.loads((files("lealtad.sources.recognition") / f"{name}.toml").read_text("utf-8"))


def get_words(subject: str, kind: str) -> frozenset[str]:
    """Return the words of one kind that `meanings.toml` lists for a subject."""
    return frozenset(load_vocabulary("meanings")[subject][kind])


def match_words(words: Iterable[str], entries: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the meanings whose entry fits best: all of its words occur, and no longer entry fits.

    Parameters
    ----------
    words
        The words of a value.
    entries
        By meaning, entries of one or several words.

    Examples
    --------
    >>> match_words(["solicitud", "baja"], {"end": ["baja"], "cancel_request": ["solicitud baja"]})
    {'cancel_request'}
    """
    present, by_length = set(words), {0: set[str]()}
    for meaning, phrases in entries.items():
        for phrase in phrases:
            parts = set(phrase.split())
            if parts <= present:
                by_length.setdefault(len(parts), set()).add(meaning)
    return by_length[max(by_length)]


def remove_accents(text: str) -> str:
    """Return text with its letters bare of accents.

    Examples
    --------
    >>> remove_accents("Satisfacción")
    'Satisfaccion'
    """
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
