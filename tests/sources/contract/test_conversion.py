"""Values are read as their source writes them, or refused; an order of day and month is never guessed."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import SettingsError
from lealtad.sources.contract import Reading, split
from lealtad.sources.contract.conversion import NOTHING
from lealtad.sources.contract.reading import ISO

ORDER = {"order_id": "1", "customer_id": "c", "ordered_at": "2026-03-01", "amount": "2.5"}


def parts(reading=ISO, **changes):
    return split("orders", pl.DataFrame([ORDER | changes], orient="row"), reading=reading)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def read_time(value, **how):
    found = parts(Reading(**how), ordered_at=value)
    return found.valid["ordered_at"][0] if found.valid.height else found.rejected["rules"][0]


UNREADABLE = "ordered_at_is_readable"


@pytest.mark.parametrize(
    ("text", "how", "read"),
    [
        ("2026-01-31", {}, utc(2026, 1, 31)),
        ("2026-1-5", {}, utc(2026, 1, 5)),
        ("2026/01/31 9:05", {}, utc(2026, 1, 31, 9, 5)),
        ("20260131", {}, utc(2026, 1, 31)),
        ("2026-01-31 10:00:00 UTC", {"zone": "Europe/Madrid"}, utc(2026, 1, 31, 10)),
        ("2026-01-31T10:00+01:00", {}, utc(2026, 1, 31, 9)),
        ("2026-W05", {}, utc(2026, 1, 26)),
        ("2026-W05-3", {}, utc(2026, 1, 28)),
        ("2026-W54", {}, UNREADABLE),
        ("31/01/2026", {}, UNREADABLE),
        ("05/01/2026", {}, UNREADABLE),
        ("31/01/2026", {"dates": "day first"}, utc(2026, 1, 31)),
        ("31-1-2026 9:30", {"dates": "day first"}, utc(2026, 1, 31, 9, 30)),
        ("31.01.2026, 09:30:15", {"dates": "day first"}, utc(2026, 1, 31, 9, 30, 15)),
        ("2026-01-31", {"dates": "day first"}, utc(2026, 1, 31)),
        ("31/01/26", {"dates": "day first"}, utc(2026, 1, 31)),
        ("1/31/2026 9:30 PM", {"dates": "month first"}, utc(2026, 1, 31, 21, 30)),
        ("31/01/2026", {"dates": "month first"}, UNREADABLE),
        ("31.01.26", {"dates": "%d.%m.%y"}, utc(2026, 1, 31)),
        ("2026-01-31", {"dates": "%d.%m.%y"}, UNREADABLE),
        ("31/01/2026 10:00:00.250000", {"dates": "%d/%m/%Y %H:%M:%S.%f"}, utc(2026, 1, 31, 10, 0, 0, 250000)),
        ("1769850000", {}, UNREADABLE),
        ("1769850000", {"dates": "epoch seconds", "zone": "Europe/Madrid"}, utc(2026, 1, 31, 9)),
        ("1769850000500", {"dates": "epoch milliseconds"}, utc(2026, 1, 31, 9, 0, 0, 500000)),
        (46053, {}, UNREADABLE),
        (46053, {"dates": "excel serial"}, utc(2026, 1, 31)),
        (46053.395833333336, {"dates": "excel serial"}, utc(2026, 1, 31, 9, 30)),
        ("46053,395833333336", {"dates": "excel serial"}, utc(2026, 1, 31, 9, 30)),
        ("46,053", {"dates": "excel serial"}, UNREADABLE),
        ("1,769,850,000", {"dates": "epoch seconds"}, UNREADABLE),
        (20260131, {"dates": "%Y%m%d"}, utc(2026, 1, 31)),
        # Madrid goes from 2:00 to 3:00: what lies between was written by a clock that was not put forward yet
        ("2025-03-30 02:55", {"zone": "Europe/Madrid"}, utc(2025, 3, 30, 1, 55)),
        ("30/03/2025 02:55", {"zone": "Europe/Madrid", "dates": "day first"}, utc(2025, 3, 30, 1, 55)),
        (utc(2025, 3, 30, 2, 55).replace(tzinfo=None), {"zone": "Europe/Madrid"}, utc(2025, 3, 30, 1, 55)),
        ("2025-03-30 03:55", {"zone": "Europe/Madrid"}, utc(2025, 3, 30, 1, 55)),
        # in Beirut a day begins at 1:00
        ("2025-03-30", {"zone": "Asia/Beirut"}, utc(2025, 3, 29, 22)),
        ("2025-10-26 02:55", {"zone": "Europe/Madrid"}, utc(2025, 10, 26, 0, 55)),
        (date(2026, 1, 31), {"dates": "%d.%m.%y"}, utc(2026, 1, 31)),
    ],
)
def test_a_time_is_read_as_declared_or_refused(text, how, read):
    assert read_time(text, **how) == read


def test_a_refused_date_says_how_it_could_be_read():
    assert 'read with dates = "day first"' in parts(ordered_at="31/01/2026").rejected["reasons"][0]


@pytest.mark.parametrize(
    "text", ["1900-01-01", "0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31", "12026-01-01"]
)
def test_times_by_which_systems_mean_none_are_rejected(text):
    parsed = read_time(text)
    assert parsed in ("ordered_at_is_in_our_times", UNREADABLE)


def test_a_term_without_end_has_none():
    row = {"subscription_id": "s", "customer_id": "c", "occurred_at": "2026-01-01", "event": "start"}
    ends = ["9999-12-31", "2027-01-01", "1900-01-01", "2099-12-31", "2999-12-31"]
    found = split("subscriptions", pl.DataFrame([row | {"subscription_id": end, "term_end": end} for end in ends]))
    assert found.valid["term_end"].to_list() == [None, utc(2027, 1, 1), None, None, None]
    assert found.rejected.is_empty()


@pytest.mark.parametrize(
    ("text", "decimal", "read"),
    [
        ("1234.5", None, 1234.5),
        ("1,234", None, None),
        ("12,5", None, None),
        ("12,5", ",", 12.5),
        ("1.234.567,89", ",", 1234567.89),
        ("1 234,5", ",", 1234.5),
        ("1\u202f234,5", ",", 1234.5),
        ("1.234", ",", 1234.0),
        ("1.5", ",", None),
        ("1,234.5", ".", 1234.5),
        ("1'234.5", ".", 1234.5),
        ("1,23", ".", None),
        ("-1,5e3", ",", -1500.0),
        (",5", ",", 0.5),
        ("5 €", ",", None),
        ("$5", ".", None),
        ("12 %", ".", None),
        ("1e999", ".", None),
        (" 7 ", ".", 7.0),
        (12.5, ",", 12.5),
    ],
)
def test_a_number_is_read_by_its_decimal_mark_or_refused(text, decimal, read):
    found = parts(Reading(decimal=decimal), amount=text)
    assert found.valid["amount"].to_list() == ([] if read is None else [read])
    assert found.rejected["rules"].to_list() == (["amount_is_readable"] if read is None else [])


@pytest.mark.parametrize("value", ["1e300", "-1e16", 2.0**80])
def test_a_huge_number_is_rejected(value):
    assert parts(amount=value).rejected["rules"].to_list() == ["amount_is_not_huge"]


@pytest.mark.parametrize("word", NOTHING)
def test_words_for_nothing_are_nothing_in_every_kind_of_column(word):
    nothing = {"margin": f" {word} ", "items": word, "is_return": word, "recorded_at": word}
    assert parts(**nothing).valid.select(list(nothing)).row(0) == (None,) * 4
    assert parts(customer_id=word).rejected["rules"].to_list() == ["customer_id_is_given"]


@pytest.mark.parametrize(
    ("value", "read"),
    [("Sí", True), ("no", False), (1, True), (0.0, False), ("TRUE", True), (True, True), (2, None)],
)
def test_flags_are_read_in_words_and_numbers(value, read):
    found = parts(is_return=value)
    assert found.valid["is_return"].to_list() == ([] if read is None else [read])


def test_nothing_as_a_number_is_nothing():
    assert parts(margin=float("nan")).valid["margin"].to_list() == [None]


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_a_nested_value_is_no_number(value):
    rows = pl.DataFrame({name: [one] for name, one in (ORDER | {"margin": value}).items()})
    assert split("orders", rows).rejected["rules"].to_list() == ["margin_is_readable"]


def test_a_row_that_could_not_be_cut_is_rejected_for_that_alone():
    rows = pl.DataFrame([ORDER | {"source_text": None}, dict.fromkeys(ORDER) | {"source_text": "1,c,oops"}])
    found = split("orders", rows)
    assert found.rejected["rules"].to_list() == ["row_is_whole"]
    assert '"source_text":"1,c,oops"' in found.rejected["row"][0]
    assert found.valid.height == 1
    assert "source_text" not in found.valid.columns


ORDERS_OF_DATES = {
    "day first": "%d/%m/%Y %H:%M:%S",
    "month first": "%m-%d-%Y %H:%M:%S",
    "iso": "%Y-%m-%d %H:%M:%S",
}
times = st.integers(-600_000_000, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(st.lists(times, min_size=1, max_size=20), st.sampled_from(sorted(ORDERS_OF_DATES)))
def test_what_is_written_is_read_back(moments, order):
    rows = pl.DataFrame(
        [
            ORDER | {"order_id": str(i), "ordered_at": f"{time:{ORDERS_OF_DATES[order]}}"}
            for i, time in enumerate(moments)
        ]
    )
    read = split("orders", rows, reading=Reading(dates=order)).valid["ordered_at"].to_list()
    assert read == moments


@given(
    st.floats(-1e14, 1e14).map(lambda number: round(number, 2)),
    st.sampled_from([(",", ".", ","), (".", ",", ".")]),
)
def test_grouped_numbers_are_read_back(number, marks):
    decimal, group, mark = marks
    text = f"{number:,.2f}".replace(",", "g").replace(".", mark).replace("g", group)
    assert parts(Reading(decimal=decimal), amount=text).valid["amount"][0] == pytest.approx(number, abs=0.01)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"dates": "day frist"}, "Did you mean 'day first'"),
        ({"dates": "%Q"}, "needs year, month and day"),
        ({"decimal": ";"}, 'expected "." or ","'),
        ({"zone": "../etc/passwd"}, "IANA"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(how, message):
    with pytest.raises(SettingsError, match=message):
        Reading(**how)
