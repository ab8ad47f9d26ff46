"""Products are recommended to nobody who must not be sold to, and never at the cost of keeping a customer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lealtad.company.playbook import Playbook
from lealtad.recommending.files import read_offers
from lealtad.worklist import decide
from lealtad.worklist.campaign_arms import NO_ARMS
from lealtad.worklist.holdout import assign_holdout
from lealtad.worklist.recommended import SCHEMA, choose_recommendations, join_list
from tests.worklist.nights import night

KEY = b"a key"
NONE_BEFORE = pl.DataFrame(schema=SCHEMA)


def draw_offers(tonight, seed=0):
    """Two offers for each customer; some gain less than a contact costs."""
    people = tonight.candidates["customer_id"]
    empty = read_offers(Path("nowhere"), tonight.as_of)
    parts = [
        pl.DataFrame(
            {
                "customer_id": people,
                "task": task,
                "rank": 1,
                "product_id": people.str.tail(1) + task[:1],
                "product": "Tea",
                "probability": 0.4,
                "expected_gain": (people.hash(seed=seed + number) % 100).cast(pl.Float64) / 50,
                "as_of": tonight.as_of,
                "timing": "due" if task == "buy_again" else None,
                "incremental_share": 0.05,
                "share_basis": "prior",
                "share_measured": 0.0,
            }
        )
        for number, task in enumerate(("buy_again", "goes_with"))
    ]
    return pl.concat([empty, *parts], how="diagonal_relaxed")


def choose(tonight, playbook, offers=None, past=NONE_BEFORE):
    decision = decide(tonight, playbook, saved=None, key=KEY, kpi_version="k")
    rows = choose_recommendations(
        tonight, decision, draw_offers(tonight) if offers is None else offers, past, playbook, KEY
    )
    return decision, rows


def build_playbook(**recommend):
    return Playbook(owners={"retention": 20, "service": 5}, recommend=recommend)


@pytest.mark.slow
@given(st.integers(0, 10_000), st.integers(0, 40), st.floats(0, 0.5))
@settings(max_examples=15)
def test_nobody_is_sold_to_who_must_not_be(seed, capacity, share):
    tonight, playbook = night(120, seed), build_playbook(capacity_per_day=capacity, holdout_share=share)
    decision, rows = choose(tonight, playbook)
    people = tonight.candidates.join(rows.select("customer_id"), on="customer_id")
    assert people["consent_contact"].all()
    assert people["campaign_contact_at"].null_count() == people.height
    assert not people["open_complaint"].any()
    unhappy = (people["probability"] >= playbook.quadrant.at_risk) & (
        people["promoter_probability"] < playbook.quadrant.promoter
    )
    assert not unhappy.any()
    assert rows["customer_id"].is_unique().all()
    assert not set(rows["customer_id"]) & set(decision.rows["customer_id"])
    for campaign, held_share in (("retention", playbook.holdout_share), ("recommend", share)):
        name = playbook.campaign_id(tonight.as_of, campaign)
        listed = rows if campaign == "retention" else rows.filter(pl.col("arm") == "treated")
        assert not assign_holdout(listed["customer_id"], name, held_share, KEY).any()
    treated = rows.filter(pl.col("arm") == "treated")
    assert treated.height <= capacity
    assert (rows["expected_gain"] > 0).all()
    first = decision.worklist_rows.height
    assert treated["rank"].to_list() == list(range(first + 1, first + 1 + treated.height))


def test_without_offers_the_list_is_the_same_to_the_byte():
    tonight, playbook = night(300), build_playbook()
    decision, rows = choose(tonight, playbook, draw_offers(tonight).clear())
    same, recommended = join_list(decision, rows, playbook)
    assert same is decision
    assert recommended.rows.is_empty()
    assert recommended.summary() == {}


def test_settings_of_recommending_name_no_other_list():
    tonight = night(300)
    lists = [
        decide(tonight, Playbook(recommend=more), saved=None, key=KEY, kpi_version="k").rows
        for more in ({}, {"capacity_per_day": 3, "owner": "shop"})
    ]
    assert lists[0].equals(lists[1])


def test_offers_name_the_list_and_leave_whom_it_keeps_as_they_were():
    tonight, playbook = night(600), build_playbook()
    decision, rows = choose(tonight, playbook)
    named, recommended = join_list(decision, rows, playbook)
    assert named.rows.drop("list_id").equals(decision.rows.drop("list_id"))
    assert named.rows["list_id"][0] != decision.rows["list_id"][0]
    assert recommended.rows["list_id"].unique().to_list() == [named.rows["list_id"][0]]


def test_the_best_offer_of_each_is_chosen_and_the_holdout_by_the_same_cut():
    tonight, playbook = night(2000), build_playbook(holdout_share=0.3, capacity_per_day=30)
    _, rows = choose(tonight, playbook)
    treated, held = (rows.filter(pl.col("arm") == arm) for arm in ("treated", "holdout"))
    assert treated.height == 30
    assert 0 < held.height < 40
    assert held["rank"].null_count() == held.height
    assert held["expected_gain"].min() >= treated["expected_gain"].min() - 1e-12
    best = draw_offers(tonight).group_by("customer_id").agg(pl.col("expected_gain").max())
    joined = rows.join(best, on="customer_id", suffix="_best")
    assert (joined["expected_gain"] - joined["expected_gain_best"] + 0.02).abs().max() < 1e-9


def test_a_product_that_is_not_due_yet_is_recommended_to_nobody():
    """The next best that is due, overdue or new takes its place; a customer without one is recommended nothing."""
    tonight, playbook = night(600), build_playbook(capacity_per_day=1000)
    again, number = pl.col("task") == "buy_again", pl.col("customer_id").rank("dense") % 3
    gain = pl.when(again).then(50.0).otherwise(pl.when(number == 0).then(-1.0).otherwise(9.0))
    timing = pl.when(again).then(pl.when(number == 2).then(pl.lit("overdue")).otherwise(pl.lit("early")))
    offers = draw_offers(tonight).with_columns(expected_gain=gain, timing=timing)
    _, rows = choose(tonight, playbook, offers)
    expected = offers.select("customer_id", number=number).unique()
    listed = rows.join(expected, on="customer_id")
    assert set(listed["number"]) == {1, 2}
    assert set(listed.filter(number=1)["task"]) == {"goes_with"}
    assert set(listed.filter(number=2).select("task", "timing").rows()) == {("buy_again", "overdue")}


def test_a_customer_whose_outcome_is_awaited_or_who_was_recommended_lately_is_left_alone():
    tonight, playbook = night(400), build_playbook()
    _, rows = choose(tonight, playbook)
    first, second, third = rows["customer_id"].head(3)
    arms = pl.DataFrame({"customer_id": [first], "arm": ["treated"], "awaited": [True]}, schema=NO_ARMS.schema)
    contacts = pl.DataFrame(
        {
            "customer_id": [second, third],
            "action": ["recommend:7b", "call"],
            "contacted_at": [tonight.as_of - timedelta(days=20)] * 2,
        },
        schema_overrides=tonight.contacts.schema,
    )
    _, again = choose(replace(tonight, arms=arms, contacts=contacts), playbook)
    assert not {first, second} & set(again["customer_id"])
    assert third in set(again["customer_id"])


def test_an_arm_lasts_until_the_purchase_is_no_longer_awaited():
    tonight, playbook = night(400), build_playbook()
    _, rows = choose(tonight, playbook)
    before = rows.with_columns(
        as_of=pl.lit(tonight.as_of - timedelta(days=20)), campaign_id=pl.lit("recommend-2025-12")
    )
    held = before.with_columns(arm=pl.lit("holdout"))
    _, again = choose(tonight, playbook, past=held)
    assert not set(again.filter(pl.col("arm") == "treated")["customer_id"]) & set(rows["customer_id"])


@pytest.mark.parametrize(
    ("limits", "places"),
    [
        ({"owners": {"retention": 20, "service": 5, "sales": 4}}, 4),
        ({"owners": {"retention": 0, "service": 0}, "channels": {"email": 3}}, 3),
        (
            {
                "owners": {"retention": 0, "service": 0},
                "budget_per_day": 20.05,
                "recommend": {"contact_cost": 4.0},
            },
            5,
        ),
        ({"owners": {"retention": 20, "service": 5}, "recommend": {"capacity_per_day": 0}}, 0),
    ],
)
def test_recommendations_take_what_the_limits_leave(limits, places):
    tonight = night(600)
    offers = draw_offers(tonight).with_columns(pl.col("expected_gain") + 10)
    _, rows = choose(tonight, Playbook(**limits), offers)
    assert rows.filter(pl.col("arm") == "treated").height == places
    assert places or rows.is_empty()
