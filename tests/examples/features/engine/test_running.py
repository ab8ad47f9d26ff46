"""Sums keep their digits, however many and however large the facts before."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.examples.features import Facts, Grid
from lealtad.examples.features.engine.running import RunningTotals, allocate_room
from tests.companies import at

amounts = st.one_of(st.just(0.0), st.floats(-1e12, 1e12), st.floats(-1, 1))


@given(st.lists(st.lists(amounts, min_size=5, max_size=5), min_size=1, max_size=6))
def test_differences_of_running_totals_are_exact_to_their_last_digits(cells):
    running = RunningTotals.of(
        lambda _block: np.array(cells).T, allocate_room(len(cells), 5), len(cells), whole=False
    )
    opened, now = np.array([0, 0, 1, 3]), np.array([1, 4, 2, 4])
    for line, found in zip(cells, running.between(opened, now), strict=True):
        expected = [math.fsum(line[start + 1 : end + 1]) for start, end in zip(opened, now, strict=True)]
        # as exact as the amounts of the window, and as twice the digits of the largest amount of the history
        largest = [max(map(abs, line[start + 1 : end + 1])) for start, end in zip(opened, now, strict=True)]
        bound = 8 * (2**-53 * np.array(largest) + 2**-106 * max(map(abs, line))) + 1e-300
        assert (np.abs(found - expected) <= bound).all()


def test_a_small_amount_after_a_large_history_keeps_its_digits():
    days = [at(24 * day) for day in range(4)]
    orders = pl.DataFrame(
        {"customer_id": ["a"] * 4, "ordered_at": days, "known_at": days, "amount": [1e15, 0.1, 3e14, 0.01]}
    )
    facts = Facts(orders, Grid.of(orders["customer_id"], [at(24 * 3 + 1)]), "ordered_at", [1])
    assert facts.sum("amount", 1).item() == pytest.approx(0.01, rel=1e-15)


def test_a_late_fact_leaves_nothing_behind_in_an_empty_window():
    orders = pl.DataFrame(
        {
            "customer_id": ["a"] * 3,
            "ordered_at": [at(0), at(1), at(2)],
            "known_at": [at(24 * 20)] * 3,
            "amount": [0.1, 0.7, 1e9 / 3],
        }
    )
    facts = Facts(orders, Grid.of(orders["customer_id"], [at(24 * 21)]), "ordered_at", [7])
    assert facts.sum("amount", 7).item() == 0.0
    assert math.isnan(facts.mean("amount", 7).item())


def test_many_customers_are_added_up_as_each_of_them_alone():
    # so many that blocks of them are worked on in threads
    n, customers = 120_000, 40_000
    rng = np.random.default_rng(5)
    happened = np.datetime64("2025-01-01", "us") + rng.integers(0, 365 * 86_400, n) * 1_000_000
    known = happened + rng.integers(0, 48, n) * np.timedelta64(3600, "s")
    orders = pl.DataFrame(
        {
            "customer_id": pl.Series(rng.integers(0, customers, n)).cast(pl.String).str.zfill(5),
            "ordered_at": pl.Series(happened).dt.replace_time_zone("UTC"),
            "known_at": pl.Series(known).dt.replace_time_zone("UTC"),
            "amount": rng.normal(0, 1, n),
        }
    )
    dates = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)]
    ids = orders["customer_id"].unique().sort()
    whole = Facts(orders, Grid.of(ids, dates), "ordered_at", [30]).sum("amount", 30)
    parts = [Grid.of(ids[first : first + 9_000], dates) for first in range(0, len(ids), 9_000)]
    apart = [Facts(orders, part, "ordered_at", [30]).sum("amount", 30) for part in parts]
    assert (whole == np.concatenate(apart)).all()


def test_a_measure_says_the_same_after_its_room_was_used_by_others():
    days = [at(24 * day) for day in range(4)]
    orders = pl.DataFrame({"customer_id": ["a", "a", "b", "b"], "ordered_at": days, "known_at": days})
    facts = Facts(orders, Grid.of(orders["customer_id"], [at(24 * 5)]), "ordered_at", [4])
    asked = [pl.lit(float(number)) for number in range(30)]
    for _ in range(2):
        assert [facts.sum(what, 4).ravel().tolist() for what in asked] == [[n, 2.0 * n] for n in range(30)]


@pytest.mark.slow
def test_ten_million_facts_around_a_billion_do_not_drift():
    # half of them are of one customer, whose history is beyond the whole numbers that a float can hold
    n, end, customers = 10_000_000, datetime(2026, 1, 1, tzinfo=UTC), 1_000
    rng = np.random.default_rng(3)
    customer = np.sort(np.where(rng.random(n) < 0.5, 0, rng.integers(1, customers, n)))
    amount = rng.integers(1_000_000_000 - 500, 1_000_000_000 + 500, n) * 2 + 1
    days_ago = rng.uniform(0, 730, n)
    happened = pl.Series(np.datetime64("2026-01-01", "us") - (days_ago * 86_400e6).astype("timedelta64[us]"))
    orders = pl.DataFrame(
        {
            "customer_id": pl.Series(customer).cast(pl.String).str.zfill(4),
            "ordered_at": happened.dt.replace_time_zone("UTC"),
            "known_at": happened.dt.replace_time_zone("UTC"),
            "amount": amount.astype(np.float64),
        }
    )
    dates = [end - timedelta(days=30 * month) for month in range(12)]
    facts = Facts(orders, Grid.of(orders["customer_id"], dates), "ordered_at", [7, 91])
    for window in (7, 91):
        found = facts.sum("amount", window)
        for number in (0, 1, 500, 999):
            own = customer == number
            for column, date in enumerate(sorted(dates)):
                ago = (end - date).days
                inside = own & (days_ago > ago) & (days_ago <= ago + window)
                assert int(found[number, column]) == int(amount[inside].sum())
