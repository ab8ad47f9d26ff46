"""The catalog's words for one value of one customer."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.worklist.reasons.amount import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language
    from lealtad.examples.features import Feature
    from lealtad.examples.features.feature import Variant

_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_OR_BELOW_ZERO = " || "


@dataclass(frozen=True)
class WordedColumn:
    """One column of a model with the feature that made it."""

    feature: Feature
    variant: Variant | None

    def says(self, language: Language) -> str:
        """Return its sentence with places for values; empty where it has none."""
        return self.feature.says[language.code]


@dataclass(frozen=True)
class ReasonWords:
    """The words of a model's columns in one language.

    Attributes
    ----------
    known
        The columns that the catalog has; others are never stated.
    typical
        By column, the median of customers who stayed.
    """

    known: Mapping[str, WordedColumn]
    typical: Mapping[str, float]
    language: Language


def write_sentence(words: ReasonWords, column: str, row: Mapping[str, float], *, with_parts: bool = True) -> str:
    """Say what a customer's value of a column is, and what it is among customers who stay.

    `Feature.says` tells how sentences are written. A part in square brackets names features of which each is a
    part of the next. It is said where the model knows all of them, none is null or 0, and they do not fall.

    Parameters
    ----------
    row
        The customer's values by column, NaN for null.
    with_parts
        Whether parts in brackets are said: they speak for a reason, not against it.
    """
    worded, language = words.known[column], words.language
    forms = worded.says(language).split(_OR_BELOW_ZERO)
    form = forms[-1] if row[column] < 0 else forms[0]
    own = abs(row[column]) if len(forms) > 1 else row[column]

    def value(name: str) -> Amount | str | None:
        if name == "value":
            return Amount(own, worded.feature.unit, language)
        if name == "typical":
            return Amount(words.typical[column], worded.feature.unit, language, is_typical=True)
        if name in ("window", "variant"):
            return translate_name(worded.variant, language.code)
        return _find_amount(words, name, worded.variant, row)

    def fill(text: str) -> str:
        return text.format(**{name: value(name) for name in _list_names(text)})

    def beside(part: re.Match[str]) -> str:
        amounts_or_none = [_find_amount(words, name, worded.variant, row) for name in _list_names(part[1])]
        amounts = [amount.value for amount in amounts_or_none if amount is not None]
        is_shown = with_parts and len(amounts) == len(amounts_or_none) and amounts == sorted(amounts)
        return fill(part[1]) if is_shown else ""

    return fill(_OPTIONAL.sub(beside, form))


def _list_names(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


def _find_amount(
    words: ReasonWords, name: str, variant: Variant | None, row: Mapping[str, float]
) -> Amount | None:
    """Return the value of another feature over the same window; None where there is nothing to say of it."""
    column = name if variant is None else f"{name}_{variant}d"
    own = row.get(column, 0.0)
    # NaN is not equal to itself
    if column not in words.known or not own or own != own:  # noqa: PLR0124
        return None
    return Amount(own, words.known[column].feature.unit, words.language)
