"""Contract, money and outreach, by hand."""

import pytest

from tests.examples.features.tiny_company import compute_values, table


def change(day, event, amount=None, **more):
    return {"subscription_id": "s", "occurred_at": day, "event": event, "amount_monthly": amount, **more}


def test_what_is_in_force_and_what_it_costs():
    rows = [
        change(1, "start", 10.1),
        change(5, "pause"),
        change(8, "resume"),
        change(9, "change", 12.2),
        change(12, "end"),
    ]
    active, paused, amount = compute_values(
        {"subscriptions": table("subscriptions", *rows)},
        (2, 6, 10, 13),
        *("active_contracts", "paused_contracts", "monthly_amount"),
    )
    assert active == [1, 0, 1, 0]
    assert paused == [0, 1, 0, 0]
    assert amount == pytest.approx([10.1, 0, 12.2, 0], rel=1e-6)
    assert amount[-1] == 0, "nothing is left of what was taken back"


def test_price_rises_count_from_when_they_were_known():
    rows = [change(1, "start", 10.0), change(5, "change", 12.0, known=8), change(20, "renew", 9.0)]
    rises, last, falls, changed = compute_values(
        {"subscriptions": table("subscriptions", *rows)},
        (7, 10, 30),
        *("price_rises_364d", "last_price_rise", "amount_falls_364d", "amount_change_364d"),
    )
    assert (rises, falls) == ([0, 1, 1], [0, 0, 1])
    assert last[0] is None
    assert last[1:] == pytest.approx([0.2, 0.2], rel=1e-6)
    assert changed == pytest.approx([0, 0.2, 0.2 - 0.25], rel=1e-5)


def test_the_term_that_ends_first_and_who_ended_what():
    rows = [
        change(1, "start", 1.0, term_end=100),
        change(2, "start", 1.0, term_end=50, subscription_id="u"),
        change(20, "end", voluntary=False, subscription_id="u"),
    ]
    left, ended, failed = compute_values(
        {"subscriptions": table("subscriptions", *rows)},
        (10, 30),
        "term_left_days",
        "ended_contracts",
        "failed_payments",
    )
    assert (left, ended, failed) == ([40, 70], [0, 1], [0, 1])


def test_returns_are_no_purchases_and_margin_is_of_those_that_state_it():
    rows = [
        {"ordered_at": 1, "amount": 10.0, "margin": 4.0, "is_return": False},
        {"ordered_at": 2, "amount": 30.0, "margin": None, "is_return": None},
        {"ordered_at": 3, "amount": -10.0, "margin": -4.0, "is_return": True},
    ]
    bought, back, amount, share = compute_values(
        {"orders": table("orders", *rows)},
        (4,),
        "orders_28d",
        "returned_orders_91d",
        "returned_amount_364d",
        "margin_share_364d",
    )
    assert (bought, back, amount) == ([2], [1], [10])
    assert share == pytest.approx([0.4], rel=1e-6)


def test_a_contact_is_received_when_it_was_made_and_the_holdout_receives_none():
    rows = [
        {"campaign_id": "p", "assigned_at": 1, "arm": "treated", "contacted_at": 5},
        {"campaign_id": "q", "assigned_at": 1, "arm": "treated", "contacted_at": 6},
        {"campaign_id": "r", "assigned_at": 1, "arm": "holdout"},
    ]
    contacts, campaigns, since = compute_values(
        {"interventions": table("interventions", *rows)},
        (3, 10),
        *("retention_contacts_91d", "retention_campaigns_364d", "days_since_retention_contact"),
    )
    assert (contacts, campaigns, since) == ([0, 2], [0, 2], [None, 4])


def test_own_cadence_is_the_median_gap():
    rows = [{"ordered_at": day, "amount": 1.0} for day in (0, 2, 4, 6, 26)]
    usual, spread, silence, pace = compute_values(
        {"orders": table("orders", *rows)},
        (30,),
        "usual_gap_364d",
        "usual_gap_spread_364d",
        "silence_of_usual",
        "pace_of_year",
    )
    assert (usual, spread, silence, pace) == ([2], [4.5], [2], [4])
