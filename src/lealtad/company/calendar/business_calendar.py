"""The working hours of a company: weekly hours, time zone and holidays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.base.public_holidays import check_country

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[int, int]
_SPAN = re.compile(r"^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$")
_MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class BusinessCalendar:
    """The hours in which a company answers customers.

    Attributes
    ----------
    hours
        Per weekday, or range of weekdays, its spans: ``{"mon-thu": "09:00-14:00, 16:00-19:00", "fri":
        "09:00-15:00"}``. A span ends at 24:00 at the latest; days not listed are closed.
    zone
        The IANA time zone of the hours.
    country, subdivision
        The country and subdivision whose public holidays apply, as ISO 3166 codes; None for none.
    extra_holidays
        Further closed days.

    Raises
    ------
    SettingsError
        If there are no hours, a weekday or span is invalid or overlaps another, or the zone, country or
        subdivision is unknown.

    Examples
    --------
    >>> BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid", country="ES").spans(5)
    ()
    """

    hours: Mapping[str, str]
    zone: str
    country: str | None = None
    subdivision: str | None = None
    extra_holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not any(self.spans(day) for day in range(7)):
            raise _make_error("hours", "at least one span in the week", f"{dict(self.hours)}", "Add one.")
        _check_zone(self.zone)
        check_country(self.country, self.subdivision)

    def spans(self, weekday: int) -> tuple[Span, ...]:
        """Return the spans of a weekday (0 is Monday) in minutes after midnight, in order."""
        named = [text for days, text in self.hours.items() if weekday in _parse_days(days)]
        spans = sorted(span for text in named for span in _parse_spans(text))
        for (_, end), (start, _) in pairwise(spans):
            if start < end:
                raise _make_error("hours", "spans that do not overlap", ", ".join(named), "Merge them.")
        return tuple(spans)


def _parse_days(text: str) -> range:
    ends = [part.strip().lower() for part in text.split("-")]
    unknown = [name for name in ends if name not in WEEKDAYS]
    if unknown or len(ends) > 2:  # noqa: PLR2004 - a range has two ends
        fix = suggest_name((unknown or ends)[0], WEEKDAYS)
        raise _make_error("hours", "a weekday such as mon, or a range such as mon-fri", f"'{text}'", fix)
    first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
    if last < first:
        raise _make_error("hours", "a range from an earlier to a later weekday", f"'{text}'", "Turn it round.")
    return range(first, last + 1)


def _parse_spans(text: str) -> list[Span]:
    return [_parse_span(part.strip()) for part in text.split(",") if part.strip()]


def _parse_span(text: str) -> Span:
    match = _SPAN.match(text)
    if match:
        hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
        start, end = 60 * hour + minute, 60 * end_hour + end_minute
        if max(minute, end_minute) < 60 and start < end <= _MIDNIGHT:  # noqa: PLR2004 - minutes in an hour
            return start, end
    fix = "A night shift is two spans: until 24:00, and from 00:00 on the next day."
    raise _make_error("hours", "a span such as 09:00-18:00", f"'{text}'", fix)


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        fix = suggest_name(zone, sorted(available_timezones())) if zone else "Give one."
        raise _make_error("zone", "an IANA name such as Europe/Madrid", f"'{zone}'", fix) from None


def _make_error(part: str, expected: str, found: str, fix: str) -> SettingsError:
    return SettingsError(place=f"business hours, {part}", expected=expected, found=found, fix=fix)
