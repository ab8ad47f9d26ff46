"""Days as people name them: yesterday, on Monday, on December 3."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date

if TYPE_CHECKING:
    from lealtad.base.language import Language

_NEAR = {"en": {-1: "yesterday", 0: "today", 1: "tomorrow"}, "es": {-1: "ayer", 0: "hoy", 1: "mañana"}}
_ON = {"en": "on {}", "es": "el {}"}
_DATE = {"en": "MMMM d", "es": "d 'de' MMMM"}
_DATE_OF_YEAR = {"en": "MMMM d, y", "es": "d 'de' MMMM 'de' y"}
_MONTH_OF_YEAR = {"en": "MMMM y", "es": "MMMM 'de' y"}
_WEEK = 7
_OF_THIS_YEAR = 300  # days: from here on a date needs its year


def format_day(moment: datetime, as_of: datetime, language: Language, zone: str = "UTC") -> str:
    """Name a day in a sentence.

    Parameters
    ----------
    moment, as_of
        Instants; the day is that of the zone.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> english, now = Language.from_code("en"), datetime(2026, 1, 1, tzinfo=UTC)
    >>> days = ((2025, 12, 29), (2025, 10, 3), (2024, 5, 1))
    >>> [format_day(datetime(*day, tzinfo=UTC), now, english) for day in days]
    ['on Monday', 'on October 3', 'on May 1, 2024']
    """
    noun = name_day(moment, as_of, language, zone)
    is_spanish_date = language.code == "es" and noun.startswith("el ")
    is_near = noun in _NEAR[language.code].values() or is_spanish_date
    return noun if is_near else _ON[language.code].format(noun)


def name_day(moment: datetime, as_of: datetime, language: Language, zone: str = "UTC") -> str:
    """Name a day after a preposition: "until Monday", "hasta el lunes"."""
    day, today = _find_day(moment, zone), _find_day(as_of, zone)
    code, distance = language.code, (day - today).days
    if distance in _NEAR[code]:
        return _NEAR[code][distance]
    if abs(distance) < _WEEK:
        text = str(format_date(day, "EEEE", locale=code))
    else:
        pattern = _DATE if abs(distance) < _OF_THIS_YEAR else _DATE_OF_YEAR
        text = str(format_date(day, pattern[code], locale=code))
    return f"el {text}" if code == "es" else text


def name_month(moment: datetime, as_of: datetime, language: Language, zone: str = "UTC") -> str:
    """Name a month, with its year where it is long ago."""
    day, today = _find_day(moment, zone), _find_day(as_of, zone)
    pattern = "MMMM" if (today - day).days < _OF_THIS_YEAR else _MONTH_OF_YEAR[language.code]
    return str(format_date(day, pattern, locale=language.code))


def _find_day(moment: datetime, zone: str) -> date:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone)).date()
