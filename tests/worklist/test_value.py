"""What is at stake with a customer: known by then, never negative, from contracts and orders alike."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given

from lealtad.company.model_settings import CustomerValue
from lealtad.worklist.value import compute_days_staying, compute_value_at_stake
from tests.companies import as_of_dates, at, order_tables


@given(order_tables(), as_of_dates)
def test_value_at_stake_knows_nothing_later_and_is_never_negative(orders, dates):
    value = CustomerValue(lookback_days=30)
    now = compute_value_at_stake({"orders": orders}, dates[0], value, 28)
    past = compute_value_at_stake({"orders": orders.filter(pl.col("known_at") < dates[0])}, dates[0], value, 28)
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
    found = compute_value_at_stake(
        {"orders": orders}, at(48), CustomerValue(margin_rate=0.25, lookback_days=28), 28
    )
    assert found.row(0) == ("a", 35.0)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("margin", [None, 20.0, -20.0])
def test_what_was_sent_back_is_not_at_stake_whichever_sign_it_has(sign, margin):
    orders = pl.DataFrame(
        {
            "customer_id": ["a", "a"],
            "ordered_at": [at(0), at(1)],
            "known_at": [at(0), at(1)],
            "amount": [80.0, sign * 80.0],
            "margin": [None if margin is None else 20.0, margin],
            "is_return": [False, True],
        },
        schema_overrides={"margin": pl.Float64},
    )
    value = CustomerValue(margin_rate=0.25, lookback_days=56)
    assert compute_value_at_stake({"orders": orders}, at(48), value, 28).row(0) == ("a", 0.0)
    # without the return: 80 · 0.25 / 56 a day, for 28 days
    assert compute_value_at_stake({"orders": orders.head(1)}, at(48), value, 28).row(0) == ("a", 10.0)


def contracts(*events):
    moments = [datetime(2026, month, 1, tzinfo=UTC) for _, _, month, _ in events]
    return pl.DataFrame(
        {
            "subscription_id": [contract for contract, *_ in events],
            "customer_id": ["a"] * len(events),
            "occurred_at": moments,
            "event": [event for _, event, _, _ in events],
            "amount_monthly": [amount for *_, amount in events],
            "known_at": moments,
        },
        schema_overrides={"amount_monthly": pl.Float64},
    )


def compute_value(rows, days=365.25):
    found = compute_value_at_stake(
        {"subscriptions": rows}, datetime(2026, 5, 2, tzinfo=UTC), CustomerValue(margin_rate=0.5), days
    )
    return found["value_at_stake"].to_list()


def test_contracts_bring_their_monthly_amount_in_force():
    # 30 a month, half of it margin, for a year of twelve months
    assert compute_value(contracts(("s", "start", 1, 20.0), ("s", "change", 3, 30.0))) == pytest.approx([180.0])
    assert compute_value(contracts(("s", "start", 1, 20.0), ("t", "start", 2, 30.0))) == pytest.approx([300.0])


def test_a_pause_brings_nothing_and_an_end_no_value_at_all():
    assert compute_value(contracts(("s", "start", 1, 20.0), ("s", "pause", 3, None))) == [0.0]
    assert compute_value(contracts(("s", "start", 1, 20.0), ("s", "end", 3, None))) == []


def test_a_contract_without_an_amount_is_worth_nobody_knows_what():
    assert compute_value(contracts(("s", "start", 1, None))) == []


def test_orders_come_on_top_of_contracts():
    orders = pl.DataFrame({"customer_id": ["a"], "ordered_at": [at(0)], "known_at": [at(0)], "amount": [56.0]})
    both = {"orders": orders, "subscriptions": contracts(("s", "start", 1, 20.0))}
    month = compute_value_at_stake(
        both, datetime(2026, 2, 2, tzinfo=UTC), CustomerValue(margin_rate=0.5, lookback_days=56), 28
    )
    assert month["value_at_stake"].to_list() == pytest.approx([28 * (0.5 + 10 * 12 / 365.25)])


def test_the_more_customers_leave_the_shorter_one_stays():
    assert compute_days_staying(0.5, 28, 28) == pytest.approx(28 * 0.5 / 0.6931471805599453)  # ∫ 2^(-t/28) dt
    assert compute_days_staying(1.0, 28, 364) < 28
