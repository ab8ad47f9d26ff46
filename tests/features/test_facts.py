"""The engine says what the slow, obvious reference says, on random companies."""

import math
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.errors import DataError, SettingsError
from lealtad.features import Facts, Grid
from tests.companies import as_of_dates, at, order_tables
from tests.features.reference import SlowFacts

CUSTOMERS = list("abcde")  # e never buys
WINDOWS = [1, 7, 30]
BIG = pl.col("amount") > 20
# what real columns hold: nulls, NaN and infinities beside numbers
HOLED = (
    pl.when(pl.col("items") == 1)
    .then(None)
    .when(pl.col("items") == 2)
    .then(math.nan)
    .when(pl.col("items") == 3)
    .then(math.inf)
    .otherwise("amount")
)

windows = st.sampled_from([None, *WINDOWS])
measures = st.sampled_from(["amount", "items", HOLED])
conditions = st.sampled_from([None, BIG, pl.col("items") > 100, pl.when(BIG).then(pl.lit(value=True))])


def engines(orders, dates):
    dates = sorted(dates)
    fast = Facts(orders, Grid.of(pl.Series(CUSTOMERS), dates), "ordered_at", WINDOWS)
    return fast, SlowFacts(orders, CUSTOMERS, dates, "ordered_at")


@given(order_tables(), as_of_dates, windows, conditions)
def test_counts_equal_the_reference(orders, dates, window, where):
    fast, slow = engines(orders, dates)
    np.testing.assert_array_equal(fast.count(window, where), slow.count(window, where))


@pytest.mark.parametrize("name", ["sum", "mean", "spread", "slope", "minimum", "maximum"])
@given(order_tables(), as_of_dates, measures, windows, conditions)
def test_numbers_of_a_window_equal_the_reference(name, orders, dates, what, window, where):
    fast, slow = engines(orders, dates)
    found, expected = getattr(fast, name)(what, window, where), getattr(slow, name)(what, window, where)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@given(order_tables(), as_of_dates, measures, st.sampled_from([0.0, 0.1, 0.5, 1.0]), windows, conditions)
def test_quantiles_equal_the_reference(orders, dates, what, q, window, where):
    fast, slow = engines(orders, dates)
    found, expected = fast.quantile(what, q, window, where), slow.quantile(what, q, window, where)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@given(
    order_tables(), as_of_dates, st.sampled_from(["items", "order_id", "ordered_at", HOLED]), windows, conditions
)
def test_different_values_equal_the_reference(orders, dates, what, window, where):
    fast, slow = engines(orders, dates)
    np.testing.assert_array_equal(fast.distinct(what, window, where), slow.distinct(what, window, where))


@given(order_tables(), as_of_dates, measures, conditions)
def test_first_and_last_values_equal_the_reference(orders, dates, what, where):
    fast, slow = engines(orders, dates)
    np.testing.assert_array_equal(fast.first(what, where), slow.first(what, where))
    np.testing.assert_array_equal(fast.last(what, where), slow.last(what, where))


@given(order_tables(), as_of_dates, st.integers(1, 5), conditions)
def test_times_since_equal_the_reference(orders, dates, nth, where):
    fast, slow = engines(orders, dates)
    np.testing.assert_allclose(fast.days_since(nth, where), slow.days_since(nth, where), rtol=1e-12)
    np.testing.assert_allclose(fast.days_since_first(where), slow.days_since_first(where), rtol=1e-12)


@given(order_tables(), as_of_dates, st.sampled_from([0.5, 7.0, 90.0]), measures, conditions)
def test_decayed_totals_equal_the_reference(orders, dates, half_life, what, where):
    fast, slow = engines(orders, dates)
    found, expected = fast.decayed(half_life, what, where), slow.decayed(half_life, what, where)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    np.testing.assert_allclose(fast.decayed(half_life), slow.decayed(half_life), atol=1e-9)


@given(order_tables(), as_of_dates, windows, conditions)
def test_the_rows_behind_a_value_are_those_it_counts(orders, dates, window, where):
    fast, _ = engines(orders, dates)
    counts = fast.count(window, where)
    for line, customer in enumerate(CUSTOMERS):
        for column, date in enumerate(sorted(dates)):
            behind = fast.rows_behind(customer, date, window, where)
            assert behind.height == counts[line, column]
            assert (behind["customer_id"] == customer).all()
            assert (behind["known_at"] < date).all()


def test_a_fact_at_the_date_itself_is_out_and_at_the_start_of_the_window_is_in():
    days = [at(0), at(7 * 24)]
    orders = pl.DataFrame({"customer_id": ["a", "a"], "ordered_at": days, "known_at": days})
    facts = Facts(orders, Grid.of(pl.Series(["a"]), [at(7 * 24)]), "ordered_at", [7])
    assert facts.count(7).tolist() == [[1.0]]


def test_a_late_fact_counts_from_when_it_was_known_in_the_window_it_happened_in():
    orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [at(0)], "known_at": [at(10 * 24)]})
    dates = [at(day * 24) for day in (5, 11, 12)]
    facts = Facts(orders, Grid.of(pl.Series(["a"]), dates), "ordered_at", [7, 30])
    assert facts.count(30).tolist() == [[0.0, 1.0, 1.0]]
    assert facts.count(7).tolist() == [[0.0, 0.0, 0.0]]


def test_a_window_nobody_announced_is_refused():
    orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [at(0)], "known_at": [at(0)]})
    facts = Facts(orders, Grid.of(orders["customer_id"], [at(24)]), "ordered_at", [7])
    with pytest.raises(SettingsError, match="found a window of 8 days"):
        facts.count(8)
