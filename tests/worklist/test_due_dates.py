"""What is due is due on a day of work."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import SettingsError
from lealtad.company.calendar.business_days import business_days
from lealtad.kpis import BusinessCalendar
from lealtad.worklist.due_dates import compute_due_dates
from tests.companies import INSTANT

MADRID = BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid", country="ES", subdivision="MD")
SHOP = BusinessCalendar(
    {"tue-sat": "10:00-20:00"},
    zone="America/Mexico_City",
    country="MX",
    extra_holidays=frozenset({date(2026, 2, 3)}),
)
BANDS = ["very_high", "high", "medium", "low"]


def due(as_of, calendar, *rows):
    frame = pl.DataFrame(rows, schema={"band": pl.String, "renewal_date": INSTANT}, orient="row")
    return [moment.date() for moment in compute_due_dates(frame, as_of, calendar)]


def test_new_year_and_epiphany_are_days_off():
    """After Wednesday, 31 December 2025: the 2nd, 5th, then 6 January off; the 8th and the 13th."""
    last_of_year = datetime(2025, 12, 31, tzinfo=UTC)
    assert due(last_of_year, MADRID, *((band, None) for band in BANDS)) == [
        date(2026, 1, day) for day in (2, 5, 8, 13)
    ]
    assert due(last_of_year, None, *((band, None) for band in BANDS)) == [
        date(2026, 1, day) for day in (1, 2, 4, 7)
    ]


def test_a_contract_that_ends_on_a_sunday_is_called_about_on_friday():
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    ends = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (8, 4, 2, 1)]
    assert due(monday, MADRID, *(("low", end) for end in ends)) == [
        date(2026, 3, day)
        for day in (6, 4, 3, 3)  # never before the first day of work after the list
    ]


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made UTC below
    st.lists(st.tuples(st.sampled_from(BANDS), st.none() | st.integers(-5, 40)), min_size=1, max_size=6),
    st.sampled_from([MADRID, SHOP]),
)
def test_nothing_is_due_on_a_day_off_nor_before_tomorrow(moment, rows, calendar):
    as_of = moment.replace(tzinfo=UTC)
    today = as_of.astimezone(ZoneInfo(calendar.zone)).date()
    due_days = [(band, None if days is None else as_of + timedelta(days=days)) for band, days in rows]
    found = due(as_of, calendar, *due_days)
    for day, (band, end) in zip(found, due_days, strict=True):
        assert day > today
        assert business_days(day, day, calendar) == [day]
        [alone] = due(as_of, calendar, (band, None))
        assert day <= alone
        if end is not None and end.astimezone(ZoneInfo(calendar.zone)).date() >= alone:
            assert day == alone


def test_a_company_that_never_opens_is_told_so():
    closed = frozenset(date(2026, 1, 1) + timedelta(days=days) for days in range(800))
    shut = BusinessCalendar({"mon": "09:00-10:00"}, zone="UTC", extra_holidays=closed)
    with pytest.raises(SettingsError, match="days of work"):
        due(datetime(2026, 1, 1, tzinfo=UTC), shut, ("low", None))
