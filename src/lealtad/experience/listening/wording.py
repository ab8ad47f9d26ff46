"""The sentences of the page of comments, by language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def read_words(code: str) -> dict[str, dict[str, str]]:
    """Return the sentences of a language, by part and name.

    Examples
    --------
    >>> read_words("es")["kinds"]["worst"]
    'peor'
    """
    text = files("lealtad.experience.listening").joinpath(f"words.{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
