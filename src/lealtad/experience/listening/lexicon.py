"""Sentiment by a built-in word list, used until a company has enough scores to learn from."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from lealtad.experience.listening.negation import MARK, NEGATIONS, mark_negation
from lealtad.experience.listening.texts import fold_text

_WEIGHTS = {"strong_good": 2.0, "good": 1.0, "bad": -1.0, "strong_bad": -2.0}
_NEGATED = -0.75  # factor of a negated word: "not good" is bad, "not bad" is hardly good
_SOFTENING = 2.0
FIGURES = 6


def score_by_words(text: str, language: str | None = None) -> float:
    """Return the sentiment of a text between −1 and 1; 0 without a known word.

    Parameters
    ----------
    language
        es or en; None uses the words of both.

    Examples
    --------
    >>> score_by_words("All good, I would recommend it.", "en") > 0.4
    True
    >>> score_by_words("Nadie me da una solución", "es") < 0
    True
    """
    good, bad = _weigh(text, language)[:2]
    return (good - bad) / (good + bad + _SOFTENING)


def describe_by_words(text: str) -> np.ndarray:
    """Return lexicon scores in both languages as columns of a model, each between −1 and 1.

    Balance, praise, complaint, strong complaint, exclamations, and length.
    """
    good, bad, strong = _weigh(text, None)
    return np.array(
        [
            (good - bad) / (good + bad + _SOFTENING),
            np.tanh(good / 3),
            np.tanh(bad / 3),
            np.tanh(strong / 2),
            np.tanh(text.count("!") / 3),
            np.tanh(len(text) / 300),
        ]
    )


def _weigh(text: str, language: str | None) -> tuple[float, float, float]:
    """Return the weights of praise, complaint and strong complaint; negated words count for the opposite."""
    marked = f" {mark_negation(text)} "
    good = bad = strong = 0.0
    for match in _compile_words(language).finditer(marked):
        weight = _WEIGHTS[str(match.lastgroup)]
        # a phrase that begins with a negation, such as "no answer", already includes it
        if match.group().endswith(MARK) and match.group().split()[0] not in NEGATIONS:
            weight *= _NEGATED
        good, bad = good + max(weight, 0.0), bad + max(-weight, 0.0)
        strong += match.lastgroup == "strong_bad"
    return good, bad, strong


@cache
def _compile_words(language: str | None) -> re.Pattern[str]:
    stored = tomllib.loads(files("lealtad.experience.listening").joinpath("lexicon.toml").read_text("utf-8"))
    codes = [language] if language in stored else list(stored)
    parts = []
    # the longest first, so that "no answer" is read before "no"
    for name in ("strong_bad", "strong_good", "bad", "good"):
        words = {fold_text(word) for code in codes for word in stored[code][name]}
        patterns = [_spell(word) for word in sorted(words, key=lambda word: (-len(word), word))]
        parts.append(f"(?P<{name}>{'|'.join(patterns)})")
    return re.compile(rf"(?<=\s)(?:{'|'.join(parts)})(?=\s)")


def _spell(word: str) -> str:
    """Return the pattern of a word or phrase in marked text; a star is any ending, and any part may be negated."""
    return (
        rf"(?:{MARK})? ".join(re.escape(part).replace(r"\*", r"[^\W_]*") for part in word.split())
        + rf"(?:{MARK})?"
    )
