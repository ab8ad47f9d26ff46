"""Needles: ids to search for, as whole words of a text or as whole values of an id column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORTEST = 4  # characters; shorter ids are not searched within texts
# `customers` and `customer` are counts and running numbers; `attr_parent_customer` contains an id
_ID_COLUMN = re.compile(
    r"(customer|household|cliente|client)_(ids?|key|code)|(_|^id_)(customer|household|cliente|client)$"
    r"|alias|^ids?$|referred_by",
    re.IGNORECASE,
)
_LETTER_OR_DIGIT = r"[^\W_]"
_WORD = re.compile(_LETTER_OR_DIGIT + "+")
_IN_JSON = re.compile(r'"(?:customer_id|alias|referred_by)"\s*:\s*"([^"]*)"')
_MANY = 10_000
_AT_ONCE = 200_000  # texts joined for one search


@dataclass(frozen=True)
class Needles:
    """Ids to search for.

    An id such as `C0000491` is searched in every text as a whole word, with no letter or digit next to it. A short
    or purely numeric id, such as `17`, also appears in texts that mean something else. It counts only as a whole
    value of an id column, or after `"customer_id":` in JSON.

    Examples
    --------
    >>> needles = Needles.from_ids(["C0000491", "17"])
    >>> texts = pl.Series(["call C0000491 today", "C00004911", "17 calls", '{"customer_id": "17"}'])
    >>> needles.match(texts).to_list(), needles.match(pl.Series(["17", "18"]), "customer_id").to_list()
    ([True, False, False, True], [True, False])
    >>> needles.match(pl.Series(["17"]), "customers").to_list()  # a count
    [False]
    """

    ids: frozenset[str]

    @classmethod
    def from_ids(cls, ids: Iterable[str]) -> Needles:
        """Return the needles of some ids; empty ones are left out."""
        return cls(frozenset(filter(None, ids)))

    def match(self, texts: pl.Series, column: str = "") -> pl.Series:
        """Return for each text whether it contains an id; null contains none.

        Parameters
        ----------
        column
            The name of the texts' column; empty if they have none.
        """
        few = Needles.from_ids(self.list_in(texts, column))  # only few of many ids are in a column
        if not few.ids:
            return pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True)
        named = [value is not None and few.contains(value, column) for value in texts.to_list()]
        return pl.Series(named, dtype=pl.Boolean)

    def list_in(self, texts: Iterable[str | None], column: str = "") -> list[str]:
        """Return the ids that occur in any of the texts, sorted.

        Examples
        --------
        >>> Needles.from_ids(["C0000491", "C0000537"]).list_in(["C0000537 before C0000491", None])
        ['C0000491', 'C0000537']
        """
        if not self.ids:
            return []
        standing: set[str] = set()
        for values in _cut(texts):
            if _ID_COLUMN.search(column):
                standing.update(self.ids.intersection(values))
            joined = "\n".join(values)
            standing.update(self.ids.intersection(_IN_JSON.findall(joined)))
            if self._by_word:
                for word in self._by_word.keys() & set(_WORD.findall(joined)):
                    ids = [each for each in self._by_word[word] if each not in standing]
                    standing.update(each for each in ids if each == word or _find_alone(each).search(joined))
        return sorted(standing)

    def contains(self, text: str, column: str = "") -> bool:
        """Return whether a text contains an id."""
        return bool(self.ids) and bool(self.list_in([text], column))

    def blank(self, text: str, placeholder: str = "") -> str:
        """Return a text with a placeholder for each id in it.

        Examples
        --------
        >>> Needles.from_ids(["C0000491"]).blank("ask C0000491, not C00004912", "[erased]")
        'ask [erased], not C00004912'
        """
        for customer_id in self.list_in([text], "customer_id"):
            text = placeholder if text == customer_id else _find_alone(customer_id).sub(placeholder, text)
        return text

    @cached_property
    def _by_word(self) -> dict[str, list[str]]:
        """The ids to search within texts, by their first word."""
        by_word: dict[str, list[str]] = {}
        for each in self.ids:
            words = _WORD.findall(each)
            if words and len(each) >= _SHORTEST and not each.isdigit():
                by_word.setdefault(words[0], []).append(each)
        return by_word


def _cut(texts: Iterable[str | None]) -> Iterator[list[str]]:
    if isinstance(texts, pl.Series) and texts.len() > _MANY:
        texts = texts.unique()  # codes and ids repeat millions of times in a table of facts
    values = texts.to_list() if isinstance(texts, pl.Series) else list(texts)
    for start in range(0, len(values), _AT_ONCE):
        yield [value for value in values[start : start + _AT_ONCE] if value]


@lru_cache(4096)
def _find_alone(pattern: str) -> re.Pattern[str]:
    start = f"(?<!{_LETTER_OR_DIGIT})" if pattern[0].isalnum() else ""
    end = f"(?!{_LETTER_OR_DIGIT})" if pattern[-1].isalnum() else ""
    return re.compile(start + re.escape(pattern) + end)
