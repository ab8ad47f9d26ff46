"""What is known at a date stands in the order in which it happened, by hand and against slow sums."""

import itertools
import statistics
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.examples.features import CATALOG, CompanyProfile, compute_features
from lealtad.examples.features.explaining import cut_to_column, explain
from lealtad.sources.contract.tables import STAGES
from tests.companies import at, companies
from tests.examples.features.engine.reference import DAY, happened
from tests.examples.features.tiny_company import compute_values, table


def orders(*days):
    """(day, day known) of one customer."""
    return {
        "orders": table("orders", *({"ordered_at": day, "known": known, "amount": 1.0} for day, known in days))
    }


IN_DISORDER = orders((0, 0), (10, 10), (20, 31), (30, 30), (40, 40))  # the third known a day after the fourth


@pytest.mark.parametrize("dates", [(50,), (31, 50), (5, 30.5, 32, 41, 50)])
def test_gaps_lie_between_orders_as_they_were_placed(dates):
    gap, spread, usual = compute_values(IN_DISORDER, dates, "own_gap", "gap_spread_112d", "usual_gap_364d")
    assert (gap[-1], spread[-1], usual[-1]) == (10, 0, 10)


def test_what_is_not_known_yet_parts_nothing():
    (gap,) = compute_values(IN_DISORDER, (29, 30.5, 31, 31.5, 50), "own_gap")
    assert gap == [10, 15, 15, 10, 10]


def test_stages_are_compared_as_contacts_happened():
    contact = {"channel": "web", "touchpoint": "x", "initiated_by": "customer"}
    days = ((1, 1, "purchase"), (2, 9, "awareness"), (3, 3, "consideration"))
    rows = [{"occurred_at": day, "known": known, "stage": stage, **contact} for day, known, stage in days]
    back, entries = compute_values(
        {"touchpoints": table("touchpoints", *rows)}, (5, 12), "stage_regressions_364d", "stage_entries_91d"
    )
    # seen by day 5: purchase, consideration; by day 12: purchase, awareness, consideration
    assert (back, entries) == ([1, 1], [2, 3])


def test_an_answer_known_late_answers_what_was_sent_before_it():
    asked = {"metric": "nps", "kind": "relational", "scale_min": 0.0, "scale_max": 10.0}
    rows = [
        {"survey_id": "s1", "sent_at": 1, "answered_at": 2, "score": 9.0, "known": 20, **asked},
        {"survey_id": "s2", "sent_at": 10, **asked},
    ]
    (unanswered,) = compute_values({"surveys": table("surveys", *rows)}, (15, 25), "unanswered_surveys")
    assert unanswered == [1, 1]


def test_a_price_rise_known_late_is_held_against_the_price_before_it():
    rows = [
        {"subscription_id": "s", "occurred_at": day, "known": known, "event": event, "amount_monthly": amount}
        for day, known, event, amount in ((1, 1, "start", 10.0), (5, 20, "change", 20.0), (9, 9, "change", 15.0))
    ]
    rises, falls, last = compute_values(
        {"subscriptions": table("subscriptions", *rows)},
        (15, 25),
        "price_rises_364d",
        "amount_falls_364d",
        "last_price_rise",
    )
    assert (rises, falls, last) == ([1, 1], [0, 1], [0.5, 1.0])


def test_the_first_reply_known_late_takes_the_place_of_a_later_one():
    rows = [
        {"ticket_id": "t", "occurred_at": day, "known": known, "event": event, "public": True}
        for day, known, event in ((1, 1, "created"), (2, 9, "agent_reply"), (5, 5, "agent_reply"))
    ]
    last, slowest = compute_values(
        {"ticket_events": table("ticket_events", *rows)},
        (7, 12),
        "last_first_reply_hours",
        "slowest_first_reply_hours_364d",
    )
    assert (last, slowest) == ([96, 24], [96, 24])


def test_an_explanation_says_of_each_fact_when_it_was_known():
    one = cut_to_column("own_gap", CATALOG)
    found = explain(IN_DISORDER, "a", at(24 * 50), one, CompanyProfile())
    assert found.value == 10
    assert found.facts["known_at"].to_list() == [at(24 * day) for day in (10, 31, 30, 40)]
    assert found.facts["gap"].to_list() == [10 * 86_400e6] * 4


WANTED = (
    "own_gap",
    "gap_spread_112d",
    "stage_regressions_364d",
    "unanswered_contacts",
    "days_since_furthest_stage",
)


def slowly(tables, customer, date):
    """Some features of the order of things, by the rule."""
    own = {
        name: tables[name].filter(pl.col("customer_id") == customer, pl.col("superseded_at").is_null())
        for name in ("orders", "touchpoints")
    }
    bought = [one for one in happened(own["orders"], "ordered_at", date, "order_id") if not one["is_return"]]
    pairs = list(itertools.pairwise(bought))
    gaps = [(later["ordered_at"] - one["ordered_at"]) / DAY for one, later in pairs]
    recent = [
        gap
        for gap, (_, later) in zip(gaps, pairs, strict=True)
        if later["ordered_at"] >= date - timedelta(days=112)
    ]
    met = happened(own["touchpoints"], "occurred_at", date, "touchpoint_id")
    ranks = [STAGES.index(one["stage"]) for one in met if one["initiated_by"] == "customer"]
    since = [index for index, one in enumerate(met) if one["initiated_by"] == "customer"]
    return {
        "own_gap": statistics.fmean(gaps) if gaps else None,
        "gap_spread_112d": statistics.pstdev(recent) if recent else None,
        "stage_regressions_364d": sum(later < one for one, later in itertools.pairwise(ranks)),
        "unanswered_contacts": len(met) - (since[-1] + 1 if since else 0) if met else None,
    }


@pytest.mark.slow
@given(companies(), st.lists(st.integers(1, 70 * 24).map(at), min_size=1, max_size=4, unique=True))
def test_features_of_the_order_of_things_are_those_of_the_rule(tables, dates):
    settled = {
        name: rows.filter(pl.col("superseded_at").is_null())
        for name, rows in tables.items()
        if name in ("orders", "touchpoints")
    }
    wanted = [one for one in CATALOG if set(one.columns) & set(WANTED)]
    for row in compute_features(settled, dates, wanted).to_dicts():
        for name, expected in slowly(settled, row["customer_id"], row["as_of"]).items():
            assert row[name] == (None if expected is None else pytest.approx(expected, rel=1e-5)), (name, row)
