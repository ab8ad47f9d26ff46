"""The list ranks by expected loss."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.definition import Value
from lealtad.language import Language
from lealtad.worklist import column_definitions, rank, value_at_stake
from tests.companies import as_of_dates, at, order_tables

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def scores(probabilities):
    n = len(probabilities)
    return pl.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(n)],
            "as_of": [DAY] * n,
            "churn_probability": probabilities,
            "model_version": ["churn/1"] * n,
        },
        schema_overrides={"churn_probability": pl.Float64},
    )


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1000)), min_size=1, max_size=40),
    st.integers(1, 50),
    st.integers(0, 99),
)
def test_the_list_holds_the_largest_losses_in_order_whatever_the_row_order(customers, capacity, seed):
    given_scores = scores([customer[0] for customer in customers])
    values = given_scores.select("customer_id").with_columns(
        pl.Series("value_at_stake", [customer[1] for customer in customers])
    )
    listed = rank(given_scores, values, capacity)
    losses = sorted((p * v for p, v in customers), reverse=True)[:capacity]
    assert listed["expected_loss"].to_list() == pytest.approx(losses)
    assert listed["rank"].to_list() == list(range(1, listed.height + 1))
    shuffled = given_scores.sample(fraction=1, shuffle=True, seed=seed)
    assert rank(shuffled, values, capacity).equals(listed)


def test_bands_are_those_the_definitions_state():
    listed = rank(
        scores([0.5, 0.25, 0.1, 0.09]), pl.DataFrame({"customer_id": ["c000"], "value_at_stake": [1.0]}), 9
    )
    assert dict(listed.select("customer_id", "band").rows()) == {
        "c000": "very high",
        "c001": "high",
        "c002": "medium",
        "c003": "low",
    }


@given(order_tables(), as_of_dates)
def test_value_at_stake_knows_nothing_later_and_is_never_negative(orders, dates):
    value = Value(lookback_days=30)
    now = value_at_stake(orders, dates[0], value, 28)
    past = value_at_stake(orders.filter(pl.col("known_at") < dates[0]), dates[0], value, 28)
    assert now.equals(past)
    assert (now["value_at_stake"] >= 0).all()


def test_a_stated_margin_goes_before_the_assumed_rate():
    orders = pl.DataFrame(
        {
            "customer_id": ["a", "a"],
            "ordered_at": [at(0), at(1)],
            "known_at": [at(0), at(1)],
            "amount": [100.0, 100.0],
            "margin": [10.0, None],
        }
    )
    found = value_at_stake(orders, at(48), Value(margin_rate=0.25, lookback_days=28), 28)
    assert found.row(0) == ("a", 35.0)


@pytest.mark.slow
def test_every_column_of_the_list_is_defined(demo):
    defined = column_definitions(Language.named("en"), days=28, currency="USD")
    assert set(pl.read_csv(demo / "worklist.csv").columns) <= set(defined)
