"""Who was alive, who left, and what is not known yet."""

from datetime import timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lealtad.definition import Label
from lealtad.labels import inactivity
from tests.companies import as_of_dates, at, order_tables

LABEL = Label(horizon_days=10, lead_days=2, alive_days=15, alive_orders=2)


def orders(*days, late=0):
    happened = [at(24 * day) for day in days]
    return pl.DataFrame(
        {
            "customer_id": ["a"] * len(days),
            "ordered_at": happened,
            "known_at": [moment + timedelta(days=late) for moment in happened],
        }
    )


def answer(rows, day=20, end=60, label=LABEL):
    return inactivity(rows, [at(24 * day)], label, at(24 * end)).select("alive", "churned").row(0)


def test_an_order_in_the_horizon_keeps_a_customer():
    assert answer(orders(10, 19, 25)) == (True, False)


def test_an_order_in_the_lead_time_or_after_the_horizon_does_not():
    assert answer(orders(10, 19, 21)) == (True, True)
    assert answer(orders(10, 19, 32)) == (True, True)


def test_the_horizon_includes_its_start_and_not_its_end():
    assert answer(orders(10, 19, 22)) == (True, False)
    assert answer(orders(10, 19, 31.99)) == (True, False)
    assert answer(orders(10, 19, 32)) == (True, True)


def test_a_horizon_that_runs_past_the_data_is_censored_and_never_zero():
    assert answer(orders(10, 19), end=31) == (True, None)
    assert answer(orders(10, 19), end=32) == (True, True)


def test_who_is_alive_depends_on_what_was_known_and_the_outcome_on_what_happened():
    assert answer(orders(10, 19, late=5)) == (False, True)
    assert answer(orders(10, 12, 25, late=6)) == (True, False)


def test_returns_are_no_orders():
    rows = orders(10, 19, 25).with_columns(is_return=pl.Series([False, False, True]))
    assert answer(rows) == (True, True)


@given(order_tables(min_size=1), as_of_dates, st.randoms())
def test_row_order_changes_nothing(rows, dates, random):
    shuffled = rows.sample(fraction=1, shuffle=True, seed=random.randint(0, 99)).sort("customer_id", "known_at")
    assert inactivity(rows, dates, LABEL, at(2000)).equals(inactivity(shuffled, dates, LABEL, at(2000)))
