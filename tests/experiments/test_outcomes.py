"""Outcomes by hand: what counts, from when to when, and what is not known yet."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.experiments.outcomes.exposures import find_exposures
from lealtad.experiments.outcomes.measures import Conditions, measure_outcome
from lealtad.experiments.plan import Outcome


def day(number):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


END = day(60)
ROWS = pl.DataFrame({"customer_id": ["a", "b", "c"], "assigned_at": [day(10), day(10), day(50)]})
ORDERS = pl.DataFrame(
    {
        "customer_id": ["a", "a", "a", "b", "c", "a"],
        "ordered_at": [day(9), day(10), day(23.9), day(24), day(55), day(12)],
        "amount": [10.0, 20.0, 30.0, 40.0, 50.0, 8.0],
        "margin": [None, 5.0, None, 7.0, 9.0, 2.0],
        "is_return": [False, False, False, False, False, True],
    }
).with_columns(known_at="ordered_at")


def measure(metric, tables, *, label=None, before=False, **more):
    outcome = Outcome(metric=metric, horizon_days=14, **more)
    conditions = Conditions(label or Inactivity(), END)
    return measure_outcome(tables, ROWS, outcome, conditions, before=before).to_list()


def test_orders_count_from_the_assignment_to_the_end_of_the_days():
    """a: day 10 is in, 23.9 is in, the return is none; b: day 24 is out; c: 14 days are not over."""
    assert measure("conversion", {"orders": ORDERS}) == [1.0, 0.0, None]
    assert measure("purchases", {"orders": ORDERS}) == [2.0, 0.0, None]
    assert measure("margin", {"orders": ORDERS}) == [5.0 + 0.25 * 30 - 2.0, 0.0, None]


def test_the_past_is_what_was_known_before_the_assignment():
    assert measure("purchases", {"orders": ORDERS}, before=True) == [1.0, 0.0, 0.0]
    late = ORDERS.with_columns(known_at=pl.lit(day(11)))
    assert measure("purchases", {"orders": late}, before=True) == [0.0, 0.0, 0.0]


def test_a_conversion_at_a_touchpoint_is_one_that_the_customer_began():
    touchpoints = pl.DataFrame(
        {
            "customer_id": ["a", "b", "b"],
            "occurred_at": [day(12), day(12), day(13)],
            "touchpoint": ["form", "form", "form"],
            "initiated_by": ["customer", "company", "company"],
            "value": [1.5, 2.0, None],
        }
    )
    assert measure("conversion", {"touchpoints": touchpoints}, touchpoint="form") == [1.0, 0.0, None]
    assert measure("time_spent", {"touchpoints": touchpoints}, touchpoint="form") == [1.5, 2.0, None]


def surveys(metric, kind="relational"):
    top = 10.0 if metric == "nps" else 5.0
    return pl.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "metric": [metric] * 3,
            "kind": [kind] * 3,
            "sent_at": [day(11)] * 3,
            "answered_at": [day(12), day(13), None],
            "score": [1.0, top, None],
            "scale_min": [0.0 if metric == "nps" else 1.0] * 3,
            "scale_max": [top] * 3,
        }
    )


def test_the_last_answer_counts_and_no_answer_is_not_known():
    assert measure("nps", {"surveys": surveys("nps")}) == [100.0, None, None]
    assert measure("csat", {"surveys": surveys("csat")}) == [1.0, None, None]
    assert measure("csat", {"surveys": surveys("csat", "transactional")}) == [None, None, None]


def test_retained_is_the_churn_of_the_definition():
    """a ends on day 15 and stays away; b goes on; c's days and grace are not over."""
    changes = pl.DataFrame(
        {
            "subscription_id": ["s1", "s1", "s2", "s3"],
            "customer_id": ["a", "a", "b", "c"],
            "occurred_at": [day(-90), day(15), day(-90), day(-90)],
            "event": ["start", "end", "start", "start"],
            "voluntary": [None, True, None, None],
        }
    ).with_columns(known_at="occurred_at", superseded_at=pl.lit(None, pl.Datetime("us", "UTC")))
    label = Contractual(horizon_days=28, grace_days=14)
    assert measure("retained", {"subscriptions": changes}, label=label) == [0.0, 1.0, None]


@given(st.permutations(range(6)))
def test_the_order_of_facts_changes_nothing(order):
    shuffled = ORDERS[list(order)]
    for metric in ("conversion", "purchases", "margin"):
        assert measure(metric, {"orders": shuffled}) == pytest.approx(
            measure(metric, {"orders": ORDERS}), nan_ok=True
        )


@given(st.integers(24, 90))
def test_what_happens_after_the_days_changes_nothing(number):
    later = pl.concat(
        [ORDERS, ORDERS.head(1).with_columns(ordered_at=pl.lit(day(number)), known_at=pl.lit(day(number)))]
    )
    assert measure("purchases", {"orders": later}) == measure("purchases", {"orders": ORDERS})


def test_touchpoints_without_variants_have_no_exposures():
    seen = pl.DataFrame({"customer_id": ["a"], "touchpoint": ["mail"], "occurred_at": [day(1)]})
    made = find_exposures(seen, pl.DataFrame({"customer_id": ["a"], "arm": ["B"]}), "mail")
    assert made.rows() == [(None, False)]
