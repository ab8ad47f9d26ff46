"""Working days of a company."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from lealtad.base.public_holidays import list_public_holidays

if TYPE_CHECKING:
    from lealtad.company.calendar.business_calendar import BusinessCalendar

_DAY = timedelta(days=1)


def business_days(first: date, last: date, calendar: BusinessCalendar | None) -> list[date]:
    """Return the days from `first` to `last`, both included, on which the company opens, in order.

    A day is open if its weekday has hours, and it is neither a public holiday nor an extra holiday. Without a
    calendar every day is open.

    Examples
    --------
    >>> from lealtad.kpis import BusinessCalendar
    >>> madrid = BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid", country="ES")
    >>> [day.day for day in business_days(date(2026, 1, 1), date(2026, 1, 7), madrid)]
    [2, 5, 7]
    """
    days = [first + offset * _DAY for offset in range((last - first).days + 1)]
    if calendar is None:
        return days
    closed = list_public_holidays(calendar.country, calendar.subdivision, range(first.year, last.year + 1))
    works = [bool(calendar.spans(weekday)) for weekday in range(7)]
    return [
        day for day in days if works[day.weekday()] and day not in closed and day not in calendar.extra_holidays
    ]
