"""A list keeps every promise that its rules make, whoever is on it."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lealtad.company.playbook import Playbook
from lealtad.worklist import decide
from lealtad.worklist.deciding import are_distinct
from lealtad.worklist.holdout import assign_holdout
from tests.worklist import playbooks
from tests.worklist.nights import night

KEY = b"a key"


def decided(given_night, playbook=None, **more):
    return decide(given_night, playbook or Playbook(), saved=None, key=KEY, kpi_version="k", **more)


@pytest.mark.slow
@given(st.integers(0, 10_000), st.integers(0, 30), st.floats(0, 0.5))
@settings(max_examples=15)
def test_nobody_is_listed_who_must_not_be(seed, capacity, share):
    tonight = night(120, seed)
    playbook = Playbook(owners={"retention": capacity, "service": capacity // 2}, holdout_share=share)
    found = decided(tonight, playbook)
    listed = found.worklist_rows
    people = tonight.candidates.join(listed.select("customer_id"), on="customer_id")
    assert people["consent_contact"].all()
    assert people["campaign_contact_at"].null_count() == people.height
    assert not people["open_complaint"].any()
    held = assign_holdout(listed["customer_id"], playbook.campaign_id(tonight.as_of), share, KEY)
    assert not held.any()
    assert found.rows["customer_id"].is_unique().all()
    assert (listed.group_by("owner").len()["len"] <= capacity).all()
    assert listed["rank"].to_list() == list(range(1, listed.height + 1))
    assert (
        listed.filter(~pl.col("explored"))["expected_gain"].min() is None
        or (listed.filter(~pl.col("explored"))["expected_gain"] > 0).all()
    )


def test_the_holdout_stands_beside_by_the_same_cut_and_has_no_rank():
    found = decided(night(2000), Playbook(holdout_share=0.3, hysteresis=0.0))
    held = found.rows.filter(pl.col("arm") == "holdout")
    assert held.height > 0
    assert held["rank"].null_count() == held.height
    for (action,), rows in held.group_by("action"):
        assert rows["expected_gain"].min() >= found.allocation.thresholds[action]


def test_row_order_changes_nothing_and_the_list_is_named_after_what_it_was_made_of():
    tonight = night()
    again = replace(tonight, candidates=tonight.candidates.sample(fraction=1, shuffle=True, seed=3))
    assert decided(again).rows.equals(decided(tonight).rows)
    other = replace(tonight, candidates=tonight.candidates.with_columns(pl.col("value_at_stake") * 2))
    assert decided(other).rows["list_id"][0] != decided(tonight).rows["list_id"][0]


def test_yesterdays_customer_stays_within_the_hysteresis():
    tonight, playbook = night(800), Playbook(hysteresis=0.2, exploration_share=0.0)
    first = decided(tonight, playbook)
    shaken = tonight.candidates.with_columns(
        pl.col("probability") * (1 + 0.05 * pl.col("customer_id").hash(seed=1).mod(3).cast(pl.Int64).sub(1))
    )
    after = replace(tonight, candidates=shaken, previous=first.rows)
    calm = set(decided(after, playbook).worklist_rows["customer_id"]) & set(first.worklist_rows["customer_id"])
    nervous = set(decided(replace(after, previous=first.rows.clear()), playbook).worklist_rows["customer_id"])
    assert len(calm) > len(nervous & set(first.worklist_rows["customer_id"]))


def test_who_has_no_value_is_told_apart_and_never_listed():
    tonight = night()
    bare = tonight.candidates.with_columns(
        value_at_stake=pl.when(pl.col("customer_id") < "c0100").then(None).otherwise("value_at_stake")
    )
    found = decided(replace(tonight, candidates=bare), Playbook(exploration_share=0.0))
    assert found.worklist_rows.filter(pl.col("customer_id") < "c0100").is_empty()
    assert found.lacking.filter(pl.col("lacks") == "value").height == 100


def test_negative_margins_gain_nothing():
    tonight = night()
    costly = tonight.candidates.with_columns(value_at_stake=-pl.col("value_at_stake"))
    found = decided(replace(tonight, candidates=costly), Playbook(exploration_share=0.0))
    assert found.worklist_rows.is_empty()
    assert found.allocation.status == "nobody"


def test_zero_capacity_gives_an_empty_list_that_says_so():
    found = decided(night(), Playbook(owners={"retention": 0, "service": 0}))
    assert found.worklist_rows.is_empty()
    assert found.allocation.status == "no_capacity"


def test_exploration_is_marked_and_takes_capacity_not_more():
    found = decided(night(2000), Playbook(exploration_share=0.1))
    assert found.worklist_rows["explored"].sum() == 6  # a tenth of 60 contacts a day
    assert found.worklist_rows.height <= 60


@pytest.mark.parametrize("saved", [0.0, 0.3])
def test_what_saves_nobody_is_not_done(saved):
    tonight = night()
    beliefs = tonight.candidates.select("customer_id").join(
        pl.DataFrame({"action": [one.name for one in Playbook().actions]}), how="cross"
    )
    beliefs = beliefs.with_columns(
        saved=pl.lit(saved),
        saved_low=pl.lit(saved),
        saved_high=pl.lit(saved),
        saved_basis=pl.lit("measured"),
        saved_share=pl.lit(0.9),
    )
    found = decide(tonight, Playbook(exploration_share=0.0), saved=beliefs, key=KEY, kpi_version="k")
    assert found.worklist_rows.is_empty() is (saved == 0.0)


CALL = playbooks.action("call", owner="retention", contact_cost=6.0)
SETTLE = playbooks.action("settle", owner="service", contact_cost=8.0, answers=("tickets",))


def _unknown(*_actions):
    return False


def _with_tickets(tonight, distinguishes, settle=SETTLE):
    """The list where service answers tickets, and every second customer has one."""
    book = playbooks.playbook(
        CALL, settle, owners={"retention": 400, "service": 20}, exploration_share=0.0, holdout_share=0.0
    )

    def eligible(pairs):
        has_ticket = pl.col("customer_id").str.slice(-1).is_in(list("02468"))
        return pairs.filter((pl.col("action") != "settle") | has_ticket)

    found = decide(
        tonight, book, saved=None, key=KEY, kpi_version="k", eligible=eligible, distinguishes=distinguishes
    ).worklist_rows
    return found.filter(pl.col("action") == "settle")


def test_what_answers_the_reason_goes_first_where_campaigns_cannot_tell():
    """To settle costs 8, to call 6, and both save alike: by gain alone everybody is called."""
    assert _with_tickets(night(300), are_distinct).is_empty()
    settled = _with_tickets(night(300), _unknown)
    assert settled["customer_id"].str.slice(-1).is_in(list("02468")).all()
    assert settled["forgone_gain"].to_list() == pytest.approx([2.0] * 20)


def _set_gain(tonight, brings):
    """The night where every contact is believed to bring so much before it is paid."""
    at_stake = brings / 0.15 / pl.col("probability")
    return replace(tonight, candidates=tonight.candidates.with_columns(value_at_stake=at_stake))


def test_who_is_worth_a_contact_gets_the_one_that_answers_their_reason_at_its_stated_cost():
    """7.5 pays for a call of 6 and not for settling of 8: the list gives up 1.5 − (−0.5) for the reason."""
    settled = _with_tickets(_set_gain(night(300), 7.5), _unknown)
    assert settled.height == 20
    assert settled["expected_gain"].to_list() == pytest.approx([-0.5] * 20)
    assert settled["forgone_gain"].to_list() == pytest.approx([2.0] * 20)


def test_no_reason_is_answered_by_what_no_effect_could_pay():
    """p·V = 50 and γ is below 0.83: to settle for 60 brings less than the call even if it saves whom it can."""
    dear = playbooks.action("settle", owner="service", contact_cost=60.0, answers=("tickets",))
    assert _with_tickets(_set_gain(night(300), 7.5), _unknown, dear).is_empty()


def test_who_is_worth_no_contact_is_not_listed_for_a_reason():
    assert _with_tickets(_set_gain(night(300), 5.5), _unknown).is_empty()


def test_a_company_without_amounts_gets_a_list_by_probability_and_no_gain_is_invented():
    tonight = night(600)
    bare = replace(tonight, candidates=tonight.candidates.with_columns(value_at_stake=pl.lit(None, pl.Float64)))
    found = decided(bare, Playbook(exploration_share=0.0, holdout_share=0.0))
    listed = found.worklist_rows.sort("rank")
    assert listed.height > 20
    assert listed["expected_gain"].null_count() == listed["value_at_stake"].null_count() == listed.height
    for _, rows in listed.group_by("action", maintain_order=True):
        assert rows["probability"].is_sorted(descending=True)
    assert listed["probability"].mean() > 2 * tonight.candidates["probability"].mean()
    assert found.lacking.is_empty()
