"""The engine says what the slow, obvious reference says, on random companies."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.errors import SettingsError
from lealtad.features import Facts, Grid
from tests.companies import as_of_dates, at, order_tables
from tests.features.reference import SlowFacts

CUSTOMERS = list("abcde")  # e never buys
WINDOWS = [1, 7, 30]
BIG = pl.col("amount") > 20


def engines(orders, dates):
    dates = sorted(dates)
    fast = Facts(orders, Grid.of(pl.Series(CUSTOMERS), dates), "ordered_at", WINDOWS)
    return fast, SlowFacts(orders, CUSTOMERS, dates, "ordered_at")


@given(order_tables(), as_of_dates, st.sampled_from([None, *WINDOWS]))
def test_counts_and_sums_equal_the_reference(orders, dates, window):
    fast, slow = engines(orders, dates)
    np.testing.assert_array_equal(fast.count(window), slow.count(window))
    np.testing.assert_array_equal(fast.count(window, where=BIG), slow.count(window, where=BIG))
    np.testing.assert_allclose(fast.sum("amount", window), slow.sum("amount", window), atol=1e-9)


@given(order_tables(), as_of_dates, st.sampled_from([None, *WINDOWS]))
def test_means_and_spreads_equal_the_reference(orders, dates, window):
    fast, slow = engines(orders, dates)
    np.testing.assert_allclose(fast.mean("amount", window), slow.mean("amount", window), atol=1e-9)
    # the variance is a difference of squares: exact to the square root of the rounding
    np.testing.assert_allclose(fast.spread("amount", window), slow.spread("amount", window), atol=1e-5)


@given(order_tables(), as_of_dates, st.integers(1, 5))
def test_times_since_equal_the_reference(orders, dates, nth):
    fast, slow = engines(orders, dates)
    np.testing.assert_allclose(fast.days_since(nth), slow.days_since(nth), atol=1e-9)


@given(order_tables(), as_of_dates, st.sampled_from([0.5, 7.0, 90.0]))
def test_decayed_counts_equal_the_reference(orders, dates, half_life):
    fast, slow = engines(orders, dates)
    np.testing.assert_allclose(fast.decayed(half_life), slow.decayed(half_life), atol=1e-9)


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


def test_sums_of_large_amounts_do_not_drift_with_other_customers():
    n = 200_000
    orders = pl.DataFrame(
        {
            "customer_id": [f"{i:06d}" for i in range(n)],
            "ordered_at": [at(0)] * n,
            "known_at": [at(0)] * n,
            "amount": [1e9 + 0.01 * (i % 100) for i in range(n)],
        }
    )
    facts = Facts(orders, Grid.of(orders["customer_id"], [at(24)]), "ordered_at", [7])
    np.testing.assert_array_equal(facts.sum("amount", 7)[:, 0], orders["amount"])


def test_a_window_nobody_announced_is_refused():
    orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [at(0)], "known_at": [at(0)]})
    facts = Facts(orders, Grid.of(orders["customer_id"], [at(24)]), "ordered_at", [7])
    with pytest.raises(SettingsError, match="found a window of 8 days"):
        facts.count(8)
