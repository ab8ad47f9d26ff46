"""The catalog's sentence for one value of one customer."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.worklist.reasons.amount import Amount
from lealtad.worklist.reasons.row_details import describe_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lealtad.base.language import Language
    from lealtad.examples.features import Feature
    from lealtad.examples.features.feature import Variant
    from lealtad.worklist.reasons.rarity import Rarity

_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_OR_BELOW_ZERO, _OR_ZERO, _OR = " || ", "0: ", "|"
_SIDES = {"> ": 1, "< ": -1}


@dataclass(frozen=True)
class WordedColumn:
    """One column of a model with the feature that made it."""

    feature: Feature
    variant: Variant | None

    def write_template(self, language: Language) -> str:
        """Return its sentence with placeholders; empty if it has none."""
        sentence = self.feature.says[language.code]
        return sentence[2:] if sentence[:2] in _SIDES else sentence

    def side(self, language: Language) -> int:
        """Return 1 if the sentence holds only for values above the usual one, -1 if only below, else 0."""
        return _SIDES.get(self.feature.says[language.code][:2], 0)


@dataclass(frozen=True)
class ReasonWords:
    """The sentences of a model's columns in one language.

    Attributes
    ----------
    known
        The columns that are in the catalog; others are never stated.
    typical
        By column, the median of customers who stayed.
    as_of, zone
        The moment of the list and the company's zone, to name days; None: "2 days ago".
    rarity
        How rare a value is; None does not state it.
    """

    known: Mapping[str, WordedColumn]
    typical: Mapping[str, float]
    language: Language
    as_of: datetime | None = None
    zone: str = "UTC"
    rarity: Rarity | None = None


def write_sentence(
    words: ReasonWords,
    column: str,
    row: Mapping[str, float],
    *,
    details: Mapping[str, str] | None = None,
    template: str | None = None,
) -> str:
    """Describe a customer's value of a column, and how it compares.

    `sentences.en.toml` defines the syntax of sentences. A part in square brackets is written only if everything
    that it names is known. If it names several features, each is a part of the next, so it is left out if their
    values fall.

    Parameters
    ----------
    row
        The customer's values by column, NaN for null.
    details
        What the facts behind the value add, such as the day and the ticket's subject.
    template
        A sentence to use instead of the catalog's, such as that of a strength.
    """
    worded = words.known[column]
    own, form = _choose_form(template or worded.write_template(words.language), row[column])
    known: dict[str, Any] = {**describe_row(words, column, row), **(details or {})}
    known["value"] = Amount(own, worded.feature.unit, words.language)
    known["window"] = known["variant"] = translate_name(worded.variant, words.language.code)

    def fill_part(part: re.Match[str]) -> str:
        texts = (_fill(text, words, worded.variant, row, known) for text in part[1].split(_OR))
        return next((text for text in texts if text is not None), "")

    typical = Amount(words.typical[column], worded.feature.unit, words.language, is_typical=True)
    return _OPTIONAL.sub(fill_part, form).format(**{"typical": typical, **known})


def _choose_form(sentence: str, own: float) -> tuple[float, str]:
    """Return the value to show, and the sentence for values above, below or at 0."""
    first, *others = sentence.split(_OR_BELOW_ZERO)
    for other in others:
        if other.startswith(_OR_ZERO) and round(own, 1) == 0:
            return own, other.removeprefix(_OR_ZERO)
        if not other.startswith(_OR_ZERO) and own < 0:
            return abs(own), other
    return own, first


def _fill(
    text: str, words: ReasonWords, variant: Variant | None, row: Mapping[str, float], known: Mapping[str, Any]
) -> str | None:
    """Fill in a part; None if something that it names is unknown, or the values of its features fall."""
    values, amounts = {}, []
    for name in _list_names(text):
        value = known.get(name) or _find_amount(words, name, variant, row)
        if not value:
            return None
        if name not in known:
            amounts.append(value.value)
        values[name] = value
    return text.format(**values) if amounts == sorted(amounts) else None


def _list_names(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name]


def _find_amount(
    words: ReasonWords, name: str, variant: Variant | None, row: Mapping[str, float]
) -> Amount | None:
    """Return the value of another feature over the same window; None if there is nothing to state."""
    column = name if variant is None else f"{name}_{variant}d"
    own = row.get(column, 0.0)
    # NaN is not equal to itself
    if column not in words.known or not own or own != own:  # noqa: PLR0124
        return None
    return Amount(own, words.known[column].feature.unit, words.language)
