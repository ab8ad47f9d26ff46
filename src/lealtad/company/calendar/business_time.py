"""Business time between instants, by binary search in a table of open spans per calendar."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from lealtad.base.errors import DataError
from lealtad.base.instants import INSTANT
from lealtad.company.calendar.business_days import business_days

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from lealtad.company.calendar.business_calendar import BusinessCalendar

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_HOUR = 3_600_000_000  # microseconds


def business_seconds(start: pl.Series, end: pl.Series, calendar: BusinessCalendar) -> pl.Series:
    """Return the seconds of business time between two instants, one per row.

    Parameters
    ----------
    start, end
        UTC instants, of equal length; null in either gives null.
    calendar
        The hours that count.

    Returns
    -------
    Seconds as floats; 0 if no business time passed.

    Raises
    ------
    DataError
        If an end comes before its start.

    Notes
    -----
    Hours are wall-clock hours: a span that holds a daylight-saving change is an hour shorter or longer. An hour
    that occurs twice counts twice; an hour that is skipped counts nothing.

    Examples
    --------
    >>> from lealtad.kpis import BusinessCalendar
    >>> calendar = BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="UTC")
    >>> friday = pl.Series([datetime(2026, 1, 30, 17, 30, tzinfo=UTC)])
    >>> monday = pl.Series([datetime(2026, 2, 2, 9, 30, tzinfo=UTC)])
    >>> business_seconds(friday, monday, calendar).item() / 60
    60.0
    """
    since, until = start.cast(INSTANT), end.cast(INSTANT)
    both = since.is_not_null() & until.is_not_null()
    if (until < since).any():
        reversed_ends = f"{int((until < since).sum())} ends before their start"
        raise DataError(
            table="times", expected="ends after their starts", found=reversed_ends, fix="Swap or fix them."
        )
    earliest, latest = since.filter(both).min(), until.filter(both).max()
    if not isinstance(earliest, datetime) or not isinstance(latest, datetime):
        return pl.Series(start.name, [None] * len(start), pl.Float64)
    opens, closes = _list_open_spans(calendar, earliest, latest)
    passed = _count_open_time(until, opens, closes) - _count_open_time(since, opens, closes)
    seconds = pl.DataFrame({"passed": passed, "both": both})
    return seconds.select(pl.when("both").then(pl.col("passed") / 1e6)).to_series().alias(start.name)


def business_deadlines(start: pl.Series, hours: pl.Series, calendar: BusinessCalendar | None) -> pl.Series:
    """Return when that many hours of business time have passed, one instant per row: the last such instant.

    Parameters
    ----------
    start, hours
        UTC instants, and hours of 0 or more, without nulls.
    calendar
        The hours that count; None counts all.

    Examples
    --------
    >>> from lealtad.kpis import BusinessCalendar
    >>> calendar = BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="UTC")
    >>> friday = pl.Series([datetime(2026, 1, 30, 17, 30, tzinfo=UTC)])
    >>> business_deadlines(friday, pl.Series([1.0]), calendar).item().isoformat()
    '2026-02-02T09:30:00+00:00'
    """
    since = start.cast(INSTANT).to_physical().to_numpy()
    allowed = np.round(hours.to_numpy() * _HOUR).astype(np.int64)
    if calendar is None or not len(since):
        return _make_instants(since + allowed)
    earliest, latest = (_EPOCH + int(end) * _MICRO for end in (since.min(), since.max()))
    ahead = timedelta(days=14)
    while True:
        opens, closes = _list_open_spans(calendar, earliest, latest + ahead)
        until = _count_open_time(start.cast(INSTANT), opens, closes) + allowed
        if until.max() < (closes - opens).sum():
            break
        ahead *= 2
    before = np.concatenate([[0], np.cumsum(closes - opens)])
    span = np.searchsorted(before, until, side="right") - 1
    return _make_instants(opens[span] + until - before[span])


def _make_instants(microseconds: NDArray[np.int64]) -> pl.Series:
    return pl.Series(microseconds).cast(INSTANT)


def _count_open_time(
    instants: pl.Series, opens: NDArray[np.int64], closes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count the open microseconds from the first span up to each instant."""
    at = instants.to_physical().fill_null(0).to_numpy()
    before = np.concatenate([[0], np.cumsum(closes - opens)])
    span = np.searchsorted(opens, at, side="right") - 1
    inside = np.clip(at - opens[span], 0, closes[span] - opens[span])
    elapsed: NDArray[np.int64] = np.where(span < 0, 0, before[span] + inside)
    return elapsed


def _list_open_spans(
    calendar: BusinessCalendar, earliest: datetime, latest: datetime
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return when the company opens and closes, in microseconds since 1970, in order and disjoint."""
    zone, week = ZoneInfo(calendar.zone), [calendar.spans(weekday) for weekday in range(7)]
    # one more day on each side, since no zone is more than a day from UTC
    spans = [
        (_count_micros(_find_first(day, start, zone)), _count_micros(_find_last(day, end, zone)))
        for day in business_days((earliest - _DAY).date(), (latest + _DAY).date(), calendar)
        for start, end in week[day.weekday()]
    ]
    table = np.array(spans or [(0, 0)], dtype=np.int64)
    opens, closes = table[:, 0], table[:, 1]
    # where clocks are set back, two neighbouring spans cover the same hour: it is counted once
    opens = np.maximum(opens, np.concatenate([opens[:1], np.maximum.accumulate(closes)[:-1]]))
    return opens, np.maximum(opens, closes)


def _find_first(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the first instant at which the local time has reached `minutes`."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return _resolve_wall_time(wall, zone, fold=0)


def _find_last(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the last instant up to which the local time is before `minutes`."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    return _resolve_wall_time(wall, zone, fold=1)


def _resolve_wall_time(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    # this local time was skipped: find the instant of the change between the two readings of it
    low, high = (wall.replace(tzinfo=zone, fold=side).astimezone(UTC) for side in (1, 0))
    after = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == after else (middle, high)
    return high.replace(microsecond=0)


def _count_micros(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICRO
