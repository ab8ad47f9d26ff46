"""The words and ideas in a column's name: `Fecha de Alta` is a time and a start."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from lealtad.sources.recognition.columns.vocabulary import load_vocabulary, remove_accents

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# names that the XES standard of event logs prescribes
_STANDARD = {
    "case:concept:name": "case id",
    "concept:name": "event",
    "time:timestamp": "event time",
    "org:resource": "owner",
    "lifecycle:transition": "lifecycle",
}
_DATA = re.compile(r"^data$|\bdata(?=[ _](?:d[aeo]s?|h?ora)[ _])|\bdata(?=/hora| e hora)")  # a date in Portuguese
_CHECK_IN = re.compile(r"\bcheck[\s_-](in|out)\b")
_NUMBER_SIGN = re.compile(r"\bn\s?\.?\s?[º°]")
# an amount with or without tax is an amount, and that of a tax is none
_TAX = frozenset({"iva", "vat", "tax", "taxes", "impuesto", "impuestos", "igic", "gst", "itbis", "igv"})
_WITH_OR_WITHOUT = frozenset({
    *("incl", "inc", "included", "including", "incluido", "incluida", "incluidos", "incluidas", "con", "with"),
    *("excl", "exc", "ex", "excluded", "excluding", "excluido", "excluida", "sin", "without", "before", "antes"),
})  # fmt: skip
_COMPOUND = re.compile(r"^([a-z]{4,}?)(id|ids|date|time|datetime|code|number|num|no|name|(?<=ed)at)$")
_NOT_A_WORD = re.compile(r"[^a-z0-9º]+")
_KEPT = 1 << 14  # names and values are asked about once per shape


def split_words(name: str) -> list[str]:
    """Split a name into its words, in lower case and without accents.

    Examples
    --------
    >>> split_words("Código_Cliente"), split_words("InvoiceDate"), split_words("CustomerID")
    (['codigo', 'cliente'], ['invoice', 'date'], ['customer', 'id'])
    """
    return list(_split_once(name))


@lru_cache(_KEPT)
def _split_once(name: str) -> tuple[str, ...]:
    spaced = _CAMEL.sub(" ", _STANDARD.get(name, name).replace("IDs", "Ids"))
    portuguese = _DATA.sub("fecha", remove_accents(spaced).lower())
    whole = _CHECK_IN.sub(r"check\1", portuguese)
    return tuple(part for part in _NOT_A_WORD.split(_NUMBER_SIGN.sub("nº ", whole)) if part)


@lru_cache(_KEPT)
def read_ideas(name: str) -> frozenset[str]:
    """Return the ideas that a name covers; an unknown word stands for itself.

    Examples
    --------
    >>> sorted(read_ideas("Nº pedido")), sorted(read_ideas("clientes_2024")), sorted(read_ideas("Saldo"))
    (['id', 'order'], ['customer'], ['saldo'])
    >>> sorted(read_ideas("surveyid")), sorted(read_ideas("orderdate"))
    (['id', 'survey'], ['at', 'order'])
    >>> sorted(read_ideas("Total (IVA incl.)")), sorted(read_ideas("N.º de cliente"))
    (['amount'], ['customer', 'id'])
    """
    words = split_words(name)
    if _TAX & set(words) and _WITH_OR_WITHOUT & set(words):
        words = [word for word in words if word not in _TAX | _WITH_OR_WITHOUT]
    ideas = (_find_idea(part) for word in words if not word.isdigit() for part in _split_compound(word))
    return frozenset(idea for idea in ideas if idea != "nothing")


@cache
def _split_compound(word: str) -> tuple[str, ...]:
    """Split a word such as customerid, which no list has, into a word with an idea, and its end."""
    index, match = _index_words(), _COMPOUND.match(word)
    return match.groups() if match and word not in index and match[1] in index else (word,)


@cache
def _find_idea(part: str) -> str:
    ideas = _index_words()
    singular = (part, part.removesuffix("s"), part.removesuffix("es"))
    return next((ideas[word] for word in singular if word in ideas), part)


@cache
def _index_words() -> dict[str, str]:
    ideas: dict[str, list[str]] = load_vocabulary("ideas")["ideas"]
    return {word: idea for idea, words in reversed(ideas.items()) for word in words}
