"""Negation marking: each word between a *not* and the next punctuation becomes a separate term."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

from lealtad.experience.listening.texts import fold_text

_STORED = files("lealtad.experience.listening").joinpath("function_words.toml").read_text("utf-8")
NEGATIONS = frozenset(tomllib.loads(_STORED)["negations"])
MARK = "_neg"
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[.,;:!?¡¿]+|[^\w\s]")
_STOPS = frozenset(".,;:!?")


def mark_negation(text: str) -> str:
    """Return the words of a text in lower case without accents, with negated words marked.

    Examples
    --------
    >>> mark_negation("It didn't work, sorry")
    'it didnt work_neg , sorry'
    >>> mark_negation("Nadie contesta. Adiós")
    'nadie contesta_neg . adios'
    """
    words, negated = list[str](), False
    for token in _TOKEN.findall(fold_text(text)):
        if not token[0].isalnum():
            negated = negated and token[0] not in _STOPS
            words.append(token)
            continue
        word = token.replace("'", "")
        if word in NEGATIONS:
            negated = True
            words.append(word)
        else:
            words.append(word + MARK if negated else word)
    return " ".join(words)
