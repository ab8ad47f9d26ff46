from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError, SettingsError
from lealtad.kpis import BusinessCalendar, business_seconds

OFFICE = BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid", country="ES")
ALWAYS = BusinessCalendar({"mon-sun": "00:00-24:00"}, zone="Europe/Madrid")
MADRID = ZoneInfo("Europe/Madrid")


def hours(calendar: BusinessCalendar, start: str, end: str, zone: str = "Europe/Madrid") -> float:
    instants = [
        datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for text in (start, end)
    ]
    return business_seconds(pl.Series([instants[0]]), pl.Series([instants[1]]), calendar).item() / 3600


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-01-14T10:00", "2026-01-14T11:30", 1.5),  # within a Wednesday
        ("2026-01-14T07:00", "2026-01-14T10:00", 1),  # opens at 9
        ("2026-01-14T17:00", "2026-01-15T10:00", 2),  # 17-18 and 9-10
        ("2026-01-16T17:00", "2026-01-19T10:00", 2),  # a weekend between: 1 on Friday, 1 on Monday
        ("2026-01-05T17:00", "2026-01-07T10:00", 2),  # 6 January, Epiphany, is closed
        ("2026-01-17T10:00", "2026-01-17T11:00", 0),  # Saturday: no business minute has passed
        ("2026-01-14T19:00", "2026-01-15T08:59", 0),  # in the night
        ("2026-03-27T17:00", "2026-03-30T10:00", 2),  # clocks go forward on Sunday the 29th
        ("2026-10-23T17:00", "2026-10-26T10:00", 2),  # clocks go back on Sunday the 25th
        ("2026-01-12T00:00", "2026-01-19T00:00", 45),  # a week of five days of 9 hours
    ],
)
def test_office_hours(start, end, expected):
    assert hours(OFFICE, start, end) == expected


def test_spring_and_autumn_sundays_have_23_and_25_hours():
    assert hours(ALWAYS, "2026-03-29T00:00", "2026-03-30T00:00") == 23
    assert hours(ALWAYS, "2026-10-25T00:00", "2026-10-26T00:00") == 25


def test_spans_that_end_or_begin_inside_a_change():
    # 02:30 does not exist on 29 March: the span from 02:30 to 04:00 begins at 03:00 and lasts one hour
    night = BusinessCalendar({"sun": "02:30-04:00"}, zone="Europe/Madrid")
    assert hours(night, "2026-03-29T00:00", "2026-03-29T12:00") == 1
    # and one that ends at 02:30 ends where the clock jumps, at 02:00
    early = BusinessCalendar({"sun": "01:00-02:30"}, zone="Europe/Madrid")
    assert hours(early, "2026-03-29T00:00", "2026-03-29T12:00") == 1
    # 02:00 to 03:00 happens twice on 25 October
    assert hours(night, "2026-10-25T00:00", "2026-10-25T12:00") == 2.5
    assert hours(early, "2026-10-25T00:00", "2026-10-25T12:00") == 2.5
    # two neighbours that share the repeated hour count it once: 01:00 to 04:00 lasts four hours that day
    split = BusinessCalendar({"sun": "01:00-02:30, 02:30-04:00"}, zone="Europe/Madrid")
    assert hours(split, "2026-10-25T00:00", "2026-10-25T12:00") == 4


def test_regional_and_own_holidays():
    # 2 May is Madrid's day (a Saturday in 2026, so 2025: a Friday); Spain works
    region = BusinessCalendar(OFFICE.hours, zone=OFFICE.zone, country="ES", subdivision="MD")
    assert hours(OFFICE, "2025-05-02T09:00", "2025-05-02T18:00") == 9
    assert hours(region, "2025-05-02T09:00", "2025-05-02T18:00") == 0
    own = BusinessCalendar(OFFICE.hours, zone=OFFICE.zone, extra_holidays=frozenset({date(2026, 1, 14)}))
    assert hours(own, "2026-01-14T09:00", "2026-01-15T10:00") == 1


def test_nulls_stay_null_and_an_end_before_its_start_is_refused():
    now = datetime(2026, 1, 14, 10, tzinfo=UTC)
    known, unknown = pl.Series([now, now]), pl.Series([now + timedelta(hours=1), None])
    assert business_seconds(known, unknown, OFFICE).to_list() == [3600, None]
    nothing = pl.Series([None], dtype=pl.Datetime("us", "UTC"))
    assert business_seconds(nothing, nothing, OFFICE).to_list() == [None]
    with pytest.raises(DataError, match="ends after their starts"):
        business_seconds(pl.Series([now]), pl.Series([now - timedelta(hours=1)]), OFFICE)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hours": {}}, "at least one span"),
        ({"hours": {"mon": ""}}, "at least one span"),
        ({"hours": {"monday": "09:00-18:00"}}, "a weekday such as mon"),
        ({"hours": {"fri-mon": "09:00-18:00"}}, "Turn it round"),
        ({"hours": {"mon": "9-18"}}, "a span such as"),
        ({"hours": {"mon": "22:00-06:00"}}, "two spans"),
        ({"hours": {"mon": "09:00-25:00"}}, "a span such as"),
        ({"hours": {"mon": "09:00-14:00, 13:00-18:00"}}, "do not overlap"),
        ({"zone": "Europe/Madird"}, "Did you mean 'Europe/Madrid'"),
        ({"zone": ""}, "IANA name"),
        ({"country": "XX"}, "ISO 3166"),
        ({"country": "ES", "subdivision": "QQ"}, "a subdivision of ES"),
        ({"subdivision": "MD"}, "Name the country too"),
    ],
)
def test_unusable_calendars_are_refused(settings, words):
    with pytest.raises(SettingsError, match=words):
        BusinessCalendar(**{"hours": {"mon": "09:00-18:00"}, "zone": "UTC", **settings})


def count_open_minutes(calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    """Count open minutes one at a time: slow and obvious."""
    zone, count = ZoneInfo(calendar.zone), 0
    while start < end:
        local = start.astimezone(zone)
        minute = 60 * local.hour + local.minute
        count += any(first <= minute < last for first, last in calendar.spans(local.weekday()))
        start += timedelta(minutes=1)
    return count


# around both changes of 2026, to the minute
STARTS = st.sampled_from([datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)])
MINUTES = st.integers(0, 5 * 1440)
SPANS = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(1, 1440)).map(
    lambda drawn: (60 * drawn[0] + drawn[1], min(60 * drawn[0] + drawn[1] + drawn[2], 1440))
)


def calendar_of(span: tuple[int, int]) -> BusinessCalendar:
    clock = "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)
    return BusinessCalendar({"mon-sun": clock}, zone="Europe/Madrid")


@given(STARTS, MINUTES, st.integers(0, 1500), SPANS)
def test_agrees_with_counting_minutes(day, after, length, span):
    start, calendar = day + timedelta(minutes=after), calendar_of(span)
    end = start + timedelta(minutes=length)
    found = business_seconds(pl.Series([start]), pl.Series([end]), calendar).item()
    expected = count_open_minutes(calendar, start, end)
    # a span that begins or ends inside the repeated hour covers both of its turns up to that minute, where
    # counting wall-clock minutes leaves a hole of at most an hour
    assert expected <= found / 60 <= expected + 60
    if not any(120 < minute < 180 for minute in span):
        assert found / 60 == expected


@given(STARTS, MINUTES, st.integers(0, 9000), SPANS, st.tuples(st.integers(0, 300), st.integers(0, 300)))
def test_widening_the_hours_never_shortens_a_time(day, after, length, span, wider_by):
    start = pl.Series([day + timedelta(minutes=after)])
    end = start + timedelta(minutes=length)
    wider = (max(span[0] - wider_by[0], 0), min(span[1] + wider_by[1], 1440))
    assert (
        business_seconds(start, end, calendar_of(wider)).item()
        >= business_seconds(start, end, calendar_of(span)).item()
    )
