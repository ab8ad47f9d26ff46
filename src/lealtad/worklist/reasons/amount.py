"""A feature's value as a sentence states it, and as it is read: to the precision stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.examples.features.feature import Unit
    from lealtad.worklist.reasons.topics import Floats

_WHOLE_FROM = 10  # from here on a number is said without decimals
_CENTS_UNDER = 100  # and an amount of money without cents
_NUMBER_ALONE = "n"


@dataclass(frozen=True)
class Amount:
    """A value in a sentence: with its unit, or as a number alone where the sentence asks for `{value:n}`.

    Attributes
    ----------
    is_typical
        Whether it is what others have: there 0 tickets are "none", where a customer has "0 tickets".
    """

    value: float
    unit: Unit
    language: Language
    is_typical: bool = False

    def __format__(self, wanted: str) -> str:
        """Say the value."""
        if self.unit.name == "money":
            return self.language.money(self.value)
        if self.unit.name == "share":
            return self.language.percent(self.value)
        number = self.language.number(float(round_for_display(np.array(self.value), self.unit)))
        if wanted == _NUMBER_ALONE:
            return number
        exact = self.unit.exact.get(self.language.code, {})
        if number in exact and (self.is_typical or number != "0"):
            return exact[number]
        singular, plural = self.unit.words[self.language.code]
        return f"{number} {singular if number == '1' else plural}".rstrip()


def round_for_display(values: Floats, unit: Unit) -> Floats:
    """Round values as a sentence does, so that two that read alike are alike.

    Examples
    --------
    >>> from lealtad.examples.features.units import DAYS
    >>> round_for_display(np.array([3.04, 14.4]), DAYS).tolist()
    [3.0, 14.0]
    """
    if unit.name == "share":
        return np.round(values, 2)
    if unit.name == "money":
        return np.where(np.abs(values) < _CENTS_UNDER, np.round(values, 2), np.round(values))
    return np.where(np.abs(values) < _WHOLE_FROM, np.round(values, 1), np.round(values))
