"""Due dates: the working day by which to act on a row of the list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.base.instants import INSTANT
from lealtad.company.calendar.business_days import business_days

if TYPE_CHECKING:
    from datetime import date

    from lealtad.kpis import BusinessCalendar

# working days until the due date, by band
_DUE = {"very_high": 1, "high": 2, "medium": 4, "low": 7}
_AHEAD, _MOST = timedelta(days=14), timedelta(days=730)


def compute_due_dates(rows: pl.DataFrame, as_of: datetime, calendar: BusinessCalendar | None) -> pl.Series:
    """Return the due date of each row, as its midnight in UTC.

    The higher the probability, the sooner: 1, 2, 4 or 7 working days after the list. If the contract's term ends
    earlier, the last working day up to its end, but never before the first working day after the list.

    Parameters
    ----------
    rows
        `band`; `renewal_date`, an instant, null if none is known.
    as_of
        The moment of the list, in UTC; days are those of the calendar's zone.
    calendar
        The company's calendar; None means every day, in UTC.

    Raises
    ------
    SettingsError
        If the company is closed for two years in a row.

    Examples
    --------
    >>> from datetime import UTC
    >>> from lealtad.kpis import BusinessCalendar
    >>> madrid = BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid", country="ES")
    >>> rows = pl.DataFrame({"band": ["very_high", "high", "medium"], "renewal_date": [None] * 3},
    ...                     schema_overrides={"renewal_date": INSTANT})
    >>> [day.day for day in compute_due_dates(rows, datetime(2026, 1, 1, tzinfo=UTC), madrid)]
    [2, 5, 8]
    """
    zone = "UTC" if calendar is None else calendar.zone
    days = _list_next_workdays(as_of.astimezone(ZoneInfo(zone)).date(), calendar)
    open_days = pl.Series("due", days, dtype=pl.Date)
    latest = rows["band"].replace_strict(
        {band: days[count - 1] for band, count in _DUE.items()}, return_dtype=pl.Date
    )
    ends = rows["renewal_date"].cast(INSTANT).dt.convert_time_zone(zone).dt.date()
    # the last working day up to the end of the term; the first one if none is before it
    place = (open_days.search_sorted(ends, side="right").cast(pl.Int64) - 1).clip(0)
    before = open_days.gather(place.set(ends.is_null(), len(days) - 1))
    due = (
        pl.DataFrame({"latest": latest, "before": before})
        .select(pl.min_horizontal("latest", "before"))
        .to_series()
    )
    return due.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias("due_by")


def _list_next_workdays(today: date, calendar: BusinessCalendar | None) -> list[date]:
    """Return the working days after a day, as many as the last band needs."""
    tomorrow, ahead, most = today + timedelta(days=1), _AHEAD, max(_DUE.values())
    while ahead <= _MOST:
        days = business_days(tomorrow, today + ahead, calendar)
        if len(days) >= most:
            return days[:most]
        ahead *= 2
    raise SettingsError(
        place="business hours, extra_holidays",
        expected=f"{most} days of work within two years after {today}",
        found=f"{len(days)}",
        fix="Correct the closed days under [calendar] in lealtad.toml.",
    )
