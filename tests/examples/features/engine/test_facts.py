"""The engine says what the slow, obvious reference says, on random companies."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError, SettingsError
from lealtad.examples.features import Facts, Grid
from tests.companies import INSTANT, as_of_dates, at, order_tables
from tests.examples.features.engine.reference import SlowFacts

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


# some facts are taken back again, days after they were known
_TAKEN_BACK = (
    pl.when(pl.col("discount") > 0).then(pl.col("known_at") + pl.duration(days=pl.col("items"))).alias("until")
)
facts_in_force = st.one_of(order_tables(), order_tables().map(lambda orders: orders.with_columns(_TAKEN_BACK)))


def engines(orders, dates):
    dates = sorted(dates)
    fast = Facts(orders, Grid.of(pl.Series(CUSTOMERS), dates), "ordered_at", WINDOWS)
    return fast, SlowFacts(orders, CUSTOMERS, dates, "ordered_at")


@given(order_tables(), as_of_dates, windows, conditions)
def test_counts_equal_the_reference(orders, dates, window, where):
    fast, slow = engines(orders, dates)
    np.testing.assert_array_equal(fast.count(window, where), slow.count(window, where))


@pytest.mark.parametrize("name", ["sum", "mean", "spread", "slope", "minimum", "maximum"])
@given(facts_in_force, as_of_dates, st.tuples(measures, windows, conditions))
def test_numbers_of_a_window_equal_the_reference(name, orders, dates, asked):
    fast, slow = engines(orders, dates)
    found, expected = getattr(fast, name)(*asked), getattr(slow, name)(*asked)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@given(
    facts_in_force,
    as_of_dates,
    st.tuples(measures, st.sampled_from([0.0, 0.1, 0.5, 1.0]), windows, conditions),
)
def test_quantiles_equal_the_reference(orders, dates, asked):
    fast, slow = engines(orders, dates)
    found, expected = fast.quantile(*asked), slow.quantile(*asked)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@given(
    facts_in_force, as_of_dates, st.sampled_from(["items", "order_id", "ordered_at", HOLED]), windows, conditions
)
def test_different_values_equal_the_reference(orders, dates, what, window, where):
    fast, slow = engines(orders, dates)
    np.testing.assert_array_equal(fast.distinct(what, window, where), slow.distinct(what, window, where))


@given(facts_in_force, as_of_dates, measures, conditions)
def test_first_and_last_values_equal_the_reference(orders, dates, what, where):
    fast, slow = engines(orders, dates)
    np.testing.assert_array_equal(fast.first(what, where), slow.first(what, where))
    np.testing.assert_array_equal(fast.last(what, where), slow.last(what, where))


@given(facts_in_force, as_of_dates, st.integers(1, 5), conditions)
def test_times_since_equal_the_reference(orders, dates, nth, where):
    fast, slow = engines(orders, dates)
    np.testing.assert_allclose(fast.days_since(nth, where), slow.days_since(nth, where), rtol=1e-12)
    np.testing.assert_allclose(fast.days_since_first(where), slow.days_since_first(where), rtol=1e-12)


@given(order_tables(), as_of_dates, st.sampled_from([0.5, 7.0, 90.0]), measures, conditions)
def test_decayed_totals_equal_the_reference(orders, dates, half_life, what, where):
    fast, slow = engines(orders, dates)
    found, expected = fast.decaying_sum(half_life, what, where), slow.decaying_sum(half_life, what, where)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    np.testing.assert_allclose(fast.decaying_sum(half_life), slow.decaying_sum(half_life), atol=1e-9)


@given(order_tables(), as_of_dates, windows, conditions)
def test_the_rows_behind_a_value_are_those_it_counts(orders, dates, window, where):
    fast, _ = engines(orders, dates)
    counts = fast.count(window, where)
    for column, date in enumerate(sorted(dates)):
        behind = fast.rows_behind(date, window, where)
        assert (behind["known_at"] < date).all()
        for line, customer in enumerate(CUSTOMERS):
            assert (behind["customer_id"] == customer).sum() == counts[line, column]


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


def test_a_fact_known_before_it_happens_counts_once_it_has_happened():
    orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [at(10 * 24)], "known_at": [at(0)]})
    facts = Facts(orders, Grid.of(pl.Series(["a"]), [at(9 * 24), at(11 * 24)]), "ordered_at", [7])
    assert facts.count().tolist() == facts.count(7).tolist() == [[0.0, 1.0]]
    np.testing.assert_array_equal(facts.days_since(), [[math.nan, 1.0]])


def test_a_fact_without_instants_is_always_known_and_in_no_window():
    orders = pl.DataFrame(
        {"customer_id": ["a"], "ordered_at": [None], "known_at": [None], "amount": [5.0]},
        schema_overrides={"ordered_at": INSTANT, "known_at": INSTANT},
    )
    facts = Facts(orders, Grid.of(pl.Series(["a"]), [at(0)]), "ordered_at", [7])
    assert (facts.count().item(), facts.count(7).item(), facts.last("amount").item()) == (1.0, 0.0, 5.0)
    assert math.isnan(facts.days_since().item())
    assert math.isnan(facts.slope("amount").item())


def test_customers_of_other_grids_are_ignored_and_those_without_facts_have_empty_rows():
    orders = pl.DataFrame({"customer_id": ["b", "x"], "ordered_at": [at(0)] * 2, "known_at": [at(0)] * 2})
    facts = Facts(orders, Grid.of(pl.Series(["b", "c"]), [at(24)]), "ordered_at", [])
    assert facts.count().tolist() == [[1.0], [0.0]]


@given(order_tables(), as_of_dates, st.randoms())
def test_the_order_of_rows_changes_nothing(orders, dates, random):
    # facts known and happened at once stand in the order of the table: here all differ in when they happened
    orders = orders.with_columns(pl.col("ordered_at") - pl.duration(microseconds=pl.int_range(pl.len())))
    shuffled = orders.sample(fraction=1, shuffle=True, seed=random.randrange(100))
    one, _ = engines(orders, dates)
    other, _ = engines(shuffled, dates)
    np.testing.assert_array_equal(one.last("amount"), other.last("amount"))
    np.testing.assert_array_equal(one.distinct("items", 7), other.distinct("items", 7))
    np.testing.assert_allclose(one.sum("amount", 7), other.sum("amount", 7), atol=1e-9)


def test_every_measure_announces_once_what_it_reads():
    class Listening(Facts):
        def _announce(self, what, window, where):
            heard.append((what, window, where is not None))
            super()._announce(what, window, where)

    heard = []
    orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [at(0)], "known_at": [at(0)], "n": [1]})
    facts = Listening(orders, Grid.of(orders["customer_id"], [at(24)]), "ordered_at", [7])
    condition = pl.col("n") > 0
    for name in ("sum", "mean", "spread", "slope", "minimum", "maximum", "distinct"):
        getattr(facts, name)("n", 7, condition)
    facts.quantile("n", 0.5, 7, condition)
    assert heard == [("n", 7, True)] * 8
    heard.clear()
    facts.first("n", condition), facts.last("n", condition), facts.decaying_sum(7, "n", condition)
    assert heard == [("n", None, True)] * 3
    heard.clear()
    facts.count(7, condition), facts.days_since(where=condition), facts.days_since_first(condition)
    assert heard == [(None, 7, True), (None, None, True), (None, None, True)]


def small():
    orders = pl.DataFrame(
        {"customer_id": ["a"], "ordered_at": [at(0)], "known_at": [at(0)], "amount": [1.0], "shop": ["north"]}
    )
    return orders, Grid.of(orders["customer_id"], [at(24)])


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (lambda facts: facts.count(8), "announced when the facts were laid out, found a window of 8 days"),
        (lambda facts: facts.count(0), "expected whole days, at least 1, found 0 days"),
        (lambda facts: facts.maximum("amount", -7), "found -7 days"),
        (lambda facts: facts.sum("amuont", 7), "expected a column of the facts, found 'amuont'.* 'amount'"),
        (lambda facts: facts.count(7, where=pl.col("shpo") == "north"), "'shpo'.* 'shop'"),
        (lambda facts: facts.distinct("shpo"), "'shpo'.* 'shop'"),
        (lambda facts: facts.mean("shop"), "'shop': expected numbers, .* found values of type String"),
        (lambda facts: facts.count(where=pl.col("shop")), "'shop': expected a condition, .* found .* String"),
        (lambda facts: facts.decaying_sum(0), "half_life: expected days, more than 0, found 0"),
        (lambda facts: facts.quantile("amount", 95), "q: expected a share from 0 to 1, found 95"),
        (lambda facts: facts.days_since(0), "nth: expected a number from 1 up, found 0"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(question, message):
    orders, grid = small()
    with pytest.raises(SettingsError, match=message):
        question(Facts(orders, grid, "ordered_at", [7]))


def test_a_window_without_length_is_refused_when_the_facts_are_laid_out():
    orders, grid = small()
    with pytest.raises(SettingsError, match="expected whole days, at least 1, found 0 days"):
        Facts(orders, grid, "ordered_at", [7, 0])


def test_facts_without_their_clock_are_refused():
    orders, grid = small()
    with pytest.raises(DataError, match=r"column 'answered_at': expected .* columns"):
        Facts(orders, grid, "answered_at", [7])
