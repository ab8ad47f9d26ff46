"""Who was alive, who left, and what is not known yet."""

from collections import Counter
from datetime import timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.outcomes import compute_inactivity
from lealtad.lake import resolve_people
from tests.companies import as_of_dates, at, order_tables
from tests.lake.versions import histories, seen

LABEL = Inactivity(horizon_days=10, lead_days=2, alive_days=15, alive_orders=2)


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
    return (
        compute_inactivity(rows, [at(24 * day)], label, at(24 * end))
        .select(pl.col("missing").is_null(), "observed")
        .row(0)
    )


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
    assert compute_inactivity(rows, dates, LABEL, at(2000)).equals(
        compute_inactivity(shuffled, dates, LABEL, at(2000))
    )


@given(histories(), as_of_dates)
def test_life_is_judged_by_what_was_known_then_and_the_outcome_by_what_is_known_now(history, dates):
    orders, identities = history
    found = compute_inactivity(orders, dates, LABEL, at(2000), identities)
    happened = {row["order_id"]: row["ordered_at"] for row in orders.to_dicts()}
    person = dict(resolve_people(identities).iter_rows())
    now = [(person.get(who, who), happened[order]) for order, who, _ in seen(orders, identities, None)]
    expected = set()
    for date in dates:
        known = [(who, happened[order]) for order, who, _ in seen(orders, identities, date)]
        orders_by_customer = Counter(who for who, when in known if date - timedelta(days=15) <= when < date)
        opens, closes = date + timedelta(days=2), date + timedelta(days=12)
        stayed = {who for who, when in now if opens <= when < closes}
        expected |= {
            (who, date, None if n >= 2 else "orders", person.get(who, who) not in stayed)
            for who, n in orders_by_customer.items()
        }
    assert set(found.select("customer_id", "as_of", "missing", "observed").iter_rows()) == expected
    assert found.select("customer_id", "as_of").is_unique().all()


def test_who_is_silent_beyond_their_own_cadence_has_left_already():
    rows = orders(0, 5, 10)  # every five days
    kept = Inactivity(horizon_days=10, alive_days=60, alive_orders=2, cadence=2.0)
    assert compute_inactivity(rows, [at(24 * 20)], kept, at(24 * 60)).height == 1
    assert compute_inactivity(rows, [at(24 * 20.5)], kept, at(24 * 60)).is_empty()
    once = compute_inactivity(orders(10), [at(24 * 50)], kept, at(24 * 90))
    assert once["missing"].to_list() == ["orders"]  # one order has no cadence to be beyond


def test_an_order_under_an_id_merged_later_keeps_the_customer():
    rows = orders(10, 19, 25).with_columns(customer_id=pl.Series(["a", "a", "b"]))
    merged = pl.DataFrame({"alias": ["b"], "customer_id": ["a"], "valid_from": [at(24 * 40)]})
    found = compute_inactivity(rows, [at(24 * 20)], LABEL, at(24 * 60), merged)
    assert found.filter(pl.col("missing").is_null()).select("customer_id", "observed").rows() == [("a", False)]


def test_an_order_that_was_taken_back_later_was_a_sign_of_life_then():
    rows = orders(10, 19, 25, 10, 19, 25).with_columns(
        order_id=pl.Series(list("xyzxyz")),
        is_return=pl.Series([False] * 3 + [True] * 3),
        known_at=pl.Series([at(24 * day) for day in (10, 19, 25)] + [at(24 * 50)] * 3),
        superseded_at=pl.Series([at(24 * 50)] * 3 + [None] * 3),
    )
    assert answer(rows) == (True, True)
    assert compute_inactivity(rows, [at(24 * 20)], LABEL, at(24 * 60)).height == 1


def test_an_order_that_comes_twice_was_placed_once():
    rows = orders(10, 25).with_columns(order_id=pl.Series(["o1", "o2"]))
    twice = pl.concat([rows, rows])
    assert answer(twice) == answer(rows) == (False, False)
