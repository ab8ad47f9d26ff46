"""The language of a comment, by its function words: Spanish or English."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

from lealtad.experience.listening.texts import fold_text

_STORED = files("lealtad.experience.listening").joinpath("function_words.toml").read_text("utf-8")
_WORDS = {code: frozenset(words) for code, words in tomllib.loads(_STORED).items() if code in {"en", "es"}}
_TOKEN = re.compile(r"[^\W\d_]+")
_SPANISH_SIGNS = re.compile(r"[ñ¿¡]|\w[áéíóú]\w*|[áéíóú]\b", re.IGNORECASE)
_MOST_TOKENS = 200


def detect_language(text: str, otherwise: str | None = None) -> str | None:
    """Return es or en, or `otherwise` if both have equally many function words, or none.

    Examples
    --------
    >>> detect_language("Nadie me da una solución"), detect_language("Days without a reply")
    ('es', 'en')
    >>> detect_language("👍", "es"), detect_language("OK") is None
    ('es', True)
    """
    tokens = _TOKEN.findall(fold_text(text))[:_MOST_TOKENS]
    counts = {code: sum(token in words for token in tokens) for code, words in _WORDS.items()}
    spanish = counts["es"] + 2 * len(_SPANISH_SIGNS.findall(text[:2000]))
    if spanish == counts["en"]:
        return otherwise
    return "es" if spanish > counts["en"] else "en"


def list_function_words(language: str) -> list[str]:
    """Return the function words of a language, sorted; empty for an unknown language."""
    return sorted(_WORDS.get(language, ()))
