"""Every row is valid or rejected with its reasons, and none is lost."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError, SettingsError
from lealtad.sources.contract import TABLES, Reading, split
from lealtad.sources.contract.rejects import REJECTED_SCHEMA

ORDERS = {"order_id": "1", "customer_id": "c", "ordered_at": "2026-03-01", "amount": "2.5"}


def one_order(**changes):
    return split("orders", pl.DataFrame([ORDERS | changes], orient="row"), customer_ids=pl.Series(["c"]))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"amount": "twelve"}, "amount_is_readable"),
        ({"amount": "inf"}, "amount_is_readable"),
        ({"amount": None}, "amount_is_given"),
        ({"amount": " "}, "amount_is_given"),
        ({"ordered_at": "31/12/2025"}, "ordered_at_is_readable"),
        ({"ordered_at": "2026-02-30"}, "ordered_at_is_readable"),
        ({"customer_id": "stranger"}, "customer_is_known"),
        ({"order_id": None}, "order_id_is_given"),
        ({"items": "2.5"}, "items_is_readable"),
        ({"items": "-1"}, "items_is_at_least_0"),
        ({"is_return": "maybe"}, "is_return_is_readable"),
    ],
)
def test_a_broken_rule_rejects_the_row_and_says_which(changes, rule):
    parts = one_order(**changes)
    assert parts.valid.is_empty()
    assert parts.rejected["rules"].to_list() == [rule]
    assert json.loads(parts.rejected["row"][0]) == ORDERS | changes


def test_every_broken_rule_is_told_and_an_unreadable_value_only_once():
    parts = one_order(amount="x", customer_id="stranger")
    assert parts.rejected["rules"][0].split(";") == ["amount_is_readable", "customer_is_known"]
    assert parts.rejected["reasons"][0].startswith("amount must be a finite number such as 1234.5")


def test_of_rows_with_the_same_key_the_first_is_kept():
    rows = pl.DataFrame([ORDERS, ORDERS | {"amount": "3"}, ORDERS | {"order_id": "2"}], orient="row")
    parts = split("orders", rows)
    assert parts.valid["amount"].to_list() == [2.5, 2.5]
    assert parts.rejected.select("source_row", "rules").rows() == [(1, "key_is_unique")]


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-07-01 10:00:00", 8),  # Madrid is two hours ahead in summer
        ("2026-01-01T10:00", 9),  # and one in winter
        ("2026-01-01T10:00:00Z", 10),
        ("2026-01-01T10:00:00.000-06:00", 16),
    ],
)
def test_times_become_utc_instants(text, hour):
    parts = split(
        "orders",
        pl.DataFrame([ORDERS | {"ordered_at": text}], orient="row"),
        reading=Reading(zone="Europe/Madrid"),
    )
    assert parts.valid["ordered_at"][0].hour == hour
    assert parts.valid["source_zone"][0] == "Europe/Madrid"


def test_a_fact_is_known_when_it_was_recorded_but_never_before_it_happened():
    rows = pl.DataFrame(
        [ORDERS | {"recorded_at": "2026-03-09"}, ORDERS | {"order_id": "2", "recorded_at": "2026-02-01"}],
        orient="row",
    )
    known = split("orders", rows).valid["known_at"].to_list()
    assert known == [datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)]


def test_ids_written_as_floats_are_the_ids_they_were():
    rows = pl.DataFrame(
        {
            "order_id": [17850.0],
            "customer_id": [3],
            "ordered_at": [datetime(2026, 1, 1, tzinfo=UTC)],
            "amount": [1],
        }
    )
    assert split("orders", rows).valid.select("order_id", "customer_id").row(0) == ("17850", "3")


junk = st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["1", "2026-01-01", "c", "1e999", "-0", "nan"]))


@pytest.mark.slow
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(ORDERS, junk)), min_size=1, max_size=12))
def test_rows_in_are_valid_plus_rejected_whatever_they_hold(rows):
    frame = pl.DataFrame(rows, schema=dict.fromkeys(ORDERS, pl.String), orient="row")
    parts = split("orders", frame, customer_ids=pl.Series(["c"]))
    assert parts.rows_in == parts.valid.height + parts.rejected.height == frame.height
    assert parts.rejected.schema == REJECTED_SCHEMA
    assert parts.rejected["reasons"].str.len_chars().min() != 0


def test_a_missing_column_names_itself_and_the_way_out():
    with pytest.raises(DataError, match=r"table 'orders', column 'amount': expected .* found only order_id"):
        split("orders", pl.DataFrame([ORDERS]).drop("amount"))


def test_an_unknown_column_names_the_nearest_known_one():
    with pytest.raises(DataError, match="Did you mean 'discount'"):
        split("orders", pl.DataFrame([ORDERS | {"discounts": "1"}]))


def test_an_empty_table_says_so():
    with pytest.raises(DataError, match="expected at least one row, found none"):
        split("orders", pl.DataFrame([ORDERS]).clear())


def test_an_unknown_zone_and_an_unknown_table_name_the_nearest():
    with pytest.raises(SettingsError, match="Europe/Madrid"):
        Reading(zone="Europe/Madird")
    with pytest.raises(SettingsError, match="Did you mean 'orders'"):
        split("order", pl.DataFrame([ORDERS]))


def test_attributes_are_allowed_on_customers_alone():
    assert (
        split("customers", pl.DataFrame({"customer_id": ["a"], "attr_age": ["65+"]})).valid["attr_age"][0] == "65+"
    )
    with pytest.raises(DataError, match="attr_age"):
        split("orders", pl.DataFrame([ORDERS | {"attr_age": "1"}]))


def test_every_table_has_its_key_among_its_columns():
    for table in TABLES:
        assert set(table.key) <= set(table.names)
        assert table.event_time is None or table.event_time in table.names


NPS = {
    "survey_id": "1",
    "customer_id": "c",
    "metric": "nps",
    "kind": "relational",
    "sent_at": "2026-03-01",
    "answered_at": "2026-03-02",
    "score": "5",
    "scale_min": "0",
    "scale_max": "10",
}


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"scale_min": "1"}, []),
        ({"score": "8.5"}, ["score_is_whole_for_nps"]),
        ({"score": "11"}, ["score_is_on_scale"]),
        ({"scale_min": "1", "scale_max": "5"}, ["scale_max_fits_nps"]),
        ({"scale_max": "100"}, ["scale_max_fits_nps"]),
        ({"score": None, "answered_at": None, "scale_max": "5"}, ["scale_max_fits_nps"]),
        ({"metric": "csat", "scale_max": "5", "score": "4.5"}, []),
        ({"metric": "csat", "scale_max": "100", "score": "75"}, []),
        ({"metric": "ces", "scale_max": "0", "score": "0"}, ["scale_max_is_above_scale_min"]),
    ],
)
def test_nps_takes_whole_numbers_on_its_own_scales_and_other_questions_any_scale(changes, rules):
    parts = split("surveys", pl.DataFrame([NPS | changes], orient="row"))
    assert parts.rejected["rules"].to_list() == rules


@pytest.mark.parametrize("column", ["order_id", "ordered_at", "amount", "is_return"])
def test_a_length_of_time_where_none_belongs_is_rejected_and_shown(column):
    columns = {
        "order_id": ["1"],
        "customer_id": ["a"],
        "ordered_at": ["2026-01-01"],
        "amount": [5.0],
        "is_return": [False],
    }
    parts = split("orders", pl.DataFrame(columns | {column: [timedelta(days=1, hours=2)]}))
    assert parts.rejected["rules"].to_list() == [f"{column}_is_readable"]
    assert '"P1DT2H"' in parts.rejected["row"].item()
