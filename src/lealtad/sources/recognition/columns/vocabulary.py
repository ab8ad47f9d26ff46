"""The vocabularies of the recognition: words that companies use, in English and Spanish, one TOML file each."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load_vocabulary(name: str) -> dict[str, Any]:
    """Return the content of one vocabulary, such as "shapes" for `shapes.toml`."""
    return tomllib.loads((files("lealtad.sources.recognition") / f"{name}.toml").read_text("utf-8"))


def get_words(subject: str, kind: str) -> frozenset[str]:
    """Return the words of one kind that `meanings.toml` lists for a subject."""
    return frozenset(load_vocabulary("meanings")[subject][kind])


def remove_accents(text: str) -> str:
    """Return text with its letters bare of accents.

    Examples
    --------
    >>> remove_accents("Satisfacción")
    'Satisfaccion'
    """
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
