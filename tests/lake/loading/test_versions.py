"""Versions of a row: exactly once, superseded from when the correction was known, in whatever order they come."""

import random
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.lake.loading.versions import merge_versions
from lealtad.sources.contract import get_table, split

ORDERS = get_table("orders")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def at(day):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)


def orders(*rows):
    """Valid rows: order, day, amount and, where given, the day it was recorded."""
    frame = pl.DataFrame(
        [
            {
                "order_id": row[0],
                "customer_id": "c",
                "ordered_at": at(row[1]),
                "amount": float(row[2]),
                "recorded_at": at(row[3]) if len(row) > 3 else None,
            }
            for row in rows
        ],
        schema_overrides={"recorded_at": pl.Datetime("us", "UTC")},
    )
    return split("orders", frame).valid


def merge_load(stored, rows, loaded_at=NOW):
    """What is stored after a load, and the merge."""
    parts = merge_versions(ORDERS, rows, stored, loaded_at)
    if stored is None:
        return parts.fresh, parts
    if parts.touched.is_empty():
        return pl.concat([stored, parts.fresh], how="diagonal_relaxed"), parts
    rest = stored.join(parts.touched.select("order_id"), on="order_id", how="anti")
    untouched = parts.fresh.join(parts.touched.select("order_id"), on="order_id", how="anti")
    return pl.concat([rest, parts.touched, untouched], how="diagonal_relaxed"), parts


def list_rows(stored):
    shown = stored.sort("order_id", "known_at", "recorded_at")
    return shown.select("order_id", "amount", "known_at", "superseded_at").rows()


def counts(parts):
    return parts.added, parts.corrected, parts.repeated


def test_the_same_rows_add_nothing():
    rows = orders(("a", 1, 5), ("b", 2, 6), ("c", 3, 7, 9))
    stored, first = merge_load(None, rows)
    again, second = merge_load(stored, rows)
    assert counts(first) == (3, 0, 0)
    assert counts(second) == (0, 0, 3)
    assert list_rows(again) == list_rows(stored)


def test_a_row_given_twice_in_one_load_is_added_once():
    stored, parts = merge_load(None, orders(("a", 1, 5), ("a", 1, 5)))
    assert counts(parts) == (1, 0, 1)
    assert stored.height == 1


def test_a_correction_without_a_clock_is_known_at_the_load_and_what_was_known_before_stays():
    stored, _ = merge_load(None, orders(("a", 1, 5)))
    stored, parts = merge_load(stored, orders(("a", 1, 8)), at(50))
    assert counts(parts) == (0, 1, 0)
    assert list_rows(stored) == [("a", 5.0, at(1), at(50)), ("a", 8.0, at(50), None)]


def test_a_correction_with_a_clock_is_known_from_then_on():
    stored, _ = merge_load(None, orders(("a", 1, 5, 2)))
    stored, _ = merge_load(stored, orders(("a", 1, 8, 20)))
    assert list_rows(stored) == [("a", 5.0, at(2), at(20)), ("a", 8.0, at(20), None)]


def test_a_late_version_falls_between_those_that_came_before():
    stored, _ = merge_load(None, orders(("a", 1, 5, 2), ("a", 1, 9, 30)))
    stored, parts = merge_load(stored, orders(("a", 1, 8, 20)))
    assert counts(parts) == (0, 1, 0)
    assert list_rows(stored) == [
        ("a", 5.0, at(2), at(20)),
        ("a", 8.0, at(20), at(30)),
        ("a", 9.0, at(30), None),
    ]


def test_what_is_taken_back_is_a_version_more():
    stored, _ = merge_load(None, orders(("a", 1, 5)))
    stored, _ = merge_load(stored, orders(("a", 1, 8)), at(50))
    stored, parts = merge_load(stored, orders(("a", 1, 5)), at(60))
    assert counts(parts) == (0, 1, 0)
    assert [row[1] for row in list_rows(stored)] == [5.0, 8.0, 5.0]


def test_a_correction_under_the_same_recorded_at_is_known_at_the_load():
    stored, _ = merge_load(None, orders(("a", 1, 5, 2)))
    stored, _ = merge_load(stored, orders(("a", 1, 8, 2)), at(50))
    assert list_rows(stored) == [("a", 5.0, at(2), at(50)), ("a", 8.0, at(50), None)]
    for rows in (orders(("a", 1, 8, 2)), orders(("a", 1, 5, 2))):
        assert counts(merge_load(stored, rows, at(60))[1]) == (0, 0, 1)


def test_a_load_dated_before_the_version_in_force_still_corrects_it_once():
    stored, _ = merge_load(None, orders(("a", 90, 5)))
    stored, _ = merge_load(stored, orders(("a", 90, 8)), at(50))
    assert list_rows(stored)[-1][1] == 8.0
    assert counts(merge_load(stored, orders(("a", 90, 8)), at(50))[1]) == (0, 0, 1)


def test_a_key_with_and_without_a_clock_in_one_load_adds_nothing_the_second_time():
    rows = orders(("a", 1, 5), ("a", 1, 8, 20))
    stored, _ = merge_load(None, rows)
    assert counts(merge_load(stored, rows, at(60))[1]) == (0, 0, 2)


def test_columns_that_a_load_does_not_mention_keep_what_they_said():
    rows = orders(("a", 1, 5), ("b", 1, 6)).with_columns(margin=pl.Series([2.0, 3.0]))
    stored, _ = merge_load(None, rows)
    stored, parts = merge_load(stored, orders(("a", 1, 7), ("b", 1, 6)), at(50))
    assert counts(parts) == (0, 1, 1)
    assert stored.filter(pl.col("superseded_at").is_null(), order_id="a").select("amount", "margin").row(0) == (
        7,
        2,
    )


def test_a_new_column_corrects_only_the_rows_it_says_something_of():
    stored, _ = merge_load(None, orders(("a", 1, 5), ("b", 1, 6)))
    wider = orders(("a", 1, 5), ("b", 1, 6)).with_columns(margin=pl.Series([2.0, None]))
    stored, parts = merge_load(stored, wider, at(50))
    assert counts(parts) == (0, 1, 1)
    assert stored["margin"].drop_nulls().to_list() == [2.0]


@pytest.mark.parametrize("valid_from", [None, at(0)])
def test_customers_are_compared_by_version(valid_from):
    customers = get_table("customers")
    frame = pl.DataFrame(
        {"customer_id": ["c"], "segment": ["x"], "valid_from": [valid_from]},
        schema_overrides={"valid_from": pl.Datetime("us", "UTC")},
    )
    first = merge_versions(customers, split("customers", frame).valid, None, NOW)
    again = merge_versions(customers, split("customers", frame).valid, first.fresh, NOW)
    other = frame.with_columns(segment=pl.lit("y"))
    moved = merge_versions(customers, split("customers", other).valid, first.fresh, NOW)
    assert counts(again) == (0, 0, 1)
    assert counts(moved) == (0, 1, 0)
    assert moved.touched["superseded_at"].to_list() == [NOW, None]


history = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.sampled_from([1, 2, 3]), st.integers(0, 30)),
    min_size=1,
    max_size=14,
    unique_by=lambda row: (row[0], row[3]),
)


@pytest.mark.slow
@given(history, st.randoms(use_true_random=False), st.integers(1, 5))
def test_any_splitting_in_any_order_with_repeats_gives_the_same_versions(rows, luck: random.Random, parts):
    whole, _ = merge_load(None, orders(*rows))
    loads = [[row for row in rows if luck.random() < 0.5] for _ in range(parts)] + [rows]
    luck.shuffle(loads)
    stored = None
    for place, load in enumerate(load for load in loads if load):
        shuffled = luck.sample(load, len(load))
        stored, parts_of = merge_load(stored, orders(*shuffled), at(100 + place))
        assert sum(counts(parts_of)) == len(shuffled)
    assert list_rows(stored) == list_rows(whole)
    assert stored.filter(pl.col("superseded_at").is_null()).height == len({row[0] for row in rows})
