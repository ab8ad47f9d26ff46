"""How long something took, however it is written; and the time at which it then happened."""

from datetime import UTC, datetime, time, timedelta

import polars as pl
import pytest

from lealtad.base.errors import SettingsError
from lealtad.sources.contract import Reading, split
from lealtad.sources.contract.reading import ISO
from lealtad.sources.contract.unfolding import unfold_tickets
from lealtad.sources.contract.written_durations import read_seconds

HOUR = 3_600.0


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("823", "minutes", 823 * 60.0),
        ("1,5", "hours", 1.5 * HOUR),
        ("02:31:10", "minutes", 2 * HOUR + 31 * 60 + 10),
        ("26:14:10", "seconds", 26 * HOUR + 14 * 60 + 10),
        ("1 d 3 h", "seconds", 27 * HOUR),
        ("1d 3h 20m", "seconds", 27 * HOUR + 20 * 60),
        ("2 días 4 horas", "seconds", 52 * HOUR),
        ("3 hours and 5 minutes", "seconds", 3 * HOUR + 300),
        ("1 day, 2:03:04", "seconds", 26 * HOUR + 3 * 60 + 4),
        ("1:02:31:10", "seconds", 26 * HOUR + 31 * 60 + 10),
        ("45 min", "hours", 45 * 60.0),
        ("P1DT2H", "seconds", 26 * HOUR),
        ("02:31", "minutes", None),
        ("02:31", "hh:mm", 2 * HOUR + 31 * 60),
        ("02:31", "mm:ss", 151.0),
        ("soon", "minutes", None),
        ("PT", "minutes", None),
    ],
)
def test_durations_are_read(text, unit, expected):
    assert pl.select(read_seconds(pl.lit(text), unit, ",")).item() == expected


def test_a_unit_that_is_none_is_refused():
    with pytest.raises(SettingsError, match="minutes"):
        Reading(units=(("solved_after", "minuts"),))


def opened(reading=ISO, **columns):
    tickets = pl.DataFrame(
        {"ticket_id": ["a"], "customer_id": ["c"], "created_at": ["2026-01-05 10:00"]}
        | {name: [value] for name, value in columns.items()}
    )
    return split("ticket_events", unfold_tickets(tickets, reading).drop("_row"), reading=reading)


@pytest.mark.parametrize("length", ["90", 90, "01:30:00", timedelta(minutes=90), time(1, 30)])
def test_a_first_reply_comes_so_long_after_the_creation(length):
    reading = Reading(units=(("first_reply_after", "minutes"),))
    replies = opened(reading, first_reply_after=length).valid.filter(event="agent_reply")
    assert replies["occurred_at"].to_list() == [datetime(2026, 1, 5, 11, 30, tzinfo=UTC)]


def test_a_time_that_is_given_wins():
    solved = opened(solved_at="2026-01-07", solved_after="60").valid.filter(event="solved")
    assert solved["occurred_at"].to_list() == [datetime(2026, 1, 7, tzinfo=UTC)]


@pytest.mark.parametrize("nothing", ["", "-", None])
def test_no_duration_is_no_reply(nothing):
    assert opened(first_reply_after=nothing).valid["event"].to_list() == ["created"]


@pytest.mark.parametrize("length", ["-5", "soon"])
def test_what_is_no_duration_is_rejected(length):
    assert opened(first_reply_after=length).rejected["rules"].to_list() == [
        "occurred_at_is_in_our_times;occurred_at_not_before_creation"
    ]


@pytest.mark.parametrize("none", ["9999-12-31", "1900-01-01 00:00:00", "0001-01-01", "0000-00-00"])
def test_a_date_that_means_none_is_no_solution(none):
    assert opened(solved_at=none).valid["event"].to_list() == ["created"]
