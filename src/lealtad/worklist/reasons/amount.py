"""A feature's value as a sentence shows it, and values rounded to the shown precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.examples.features.feature import Unit
    from lealtad.worklist.reasons.topics import Floats

_WHOLE_FROM = 10  # from here on numbers have no decimals
_CENTS_UNDER = 100  # from here on amounts have no cents
_NUMBER_ALONE = "n"
# long times are shown in larger units: from how many of the smaller unit on, and how many make a larger one
_HOURS_UNTIL, _HOURS_OF_DAY = 48, 24
_DAYS_UNTIL, _DAYS_OF_MONTH = 120, 365.25 / 12
_MONTHS_UNTIL, _MONTHS_OF_YEAR = 24, 12
_TIMES = {
    "hours": {"en": ("h", "h"), "es": ("h", "h")},
    "days": {"en": ("day", "days"), "es": ("día", "días")},
    "months": {"en": ("month", "months"), "es": ("mes", "meses")},
    "years": {"en": ("year", "years"), "es": ("año", "años")},
}


@dataclass(frozen=True)
class Amount:
    """A value in a sentence: with its unit, or only the number for `{value:n}`.

    Attributes
    ----------
    is_typical
        Whether it is the usual value of others: then 0 tickets are "none", while a customer has "0 tickets".
    """

    value: float
    unit: Unit
    language: Language
    is_typical: bool = False

    def __format__(self, wanted: str) -> str:
        """Format the value."""
        if self.unit.name == "money":
            return self.language.money(self.value)
        if self.unit.name == "share":
            return self.language.percent(self.value)
        if wanted != _NUMBER_ALONE and self.unit.name in _TIMES and self.unit.words == _TIMES[self.unit.name]:
            return format_time(self.value * (1 if self.unit.name == "days" else 1 / _HOURS_OF_DAY), self.language)
        number = self.language.number(float(round_for_display(np.array(self.value), self.unit)))
        if wanted == _NUMBER_ALONE:
            return number
        exact = self.unit.exact.get(self.language.code, {})
        if number in exact and (self.is_typical or number != "0"):
            return exact[number]
        singular, plural = self.unit.words[self.language.code]
        return f"{number} {singular if number == '1' else plural}".rstrip()


def format_time(days: float, language: Language) -> str:
    """Format a length of time for people: hours up to two days, then days, months and years.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> [format_time(days, Language.from_code("en")) for days in (0.25, 3.04, 30, 237, 2007)]
    ['6 h', '3 days', '30 days', '8 months', '5 years']
    """
    hours = days * _HOURS_OF_DAY
    if hours < _HOURS_UNTIL:
        value, unit = hours, "hours"
    elif days < _DAYS_UNTIL:
        value, unit = days, "days"
    elif days < _MONTHS_UNTIL * _DAYS_OF_MONTH:
        value, unit = days / _DAYS_OF_MONTH, "months"
    else:
        value, unit = days / _DAYS_OF_MONTH // _MONTHS_OF_YEAR, "years"
    number = language.number(round(value) if value >= _WHOLE_FROM or unit != "hours" else round(value, 1))
    singular, plural = _TIMES[unit][language.code]
    return f"{number} {singular if number == '1' else plural}"


def round_for_display(values: Floats, unit: Unit) -> Floats:
    """Round values as a sentence does, so that values that look equal are equal.

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
