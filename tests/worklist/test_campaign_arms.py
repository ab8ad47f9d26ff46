"""Whoever is held out is contacted by no list of ours until the outcome is known, whatever the month."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.company.playbook import Playbook
from lealtad.worklist import decide, store_list
from lealtad.worklist.campaign_arms import find_lasting_arms, read_arms
from lealtad.worklist.holdout import assign_holdout
from tests.companies import INSTANT, at
from tests.lakes import lake_of
from tests.worklist.nights import night

HORIZON = 28
LISTED = {"customer_id": pl.String, "campaign_id": pl.String, "as_of": INSTANT, "arm": pl.String}


def make_assignments(*rows):
    """Rows of customer, campaign, day, arm."""
    assignments = [(who, campaign, at(24 * day), arm) for who, campaign, day, arm in rows]
    return pl.DataFrame(assignments, schema=LISTED, orient="row")


def lake_with(folder, tonight, **tables):
    order = pl.DataFrame({"order_id": ["o"], "customer_id": ["x"], "ordered_at": [at(0)], "amount": [1.0]})
    people = tonight.candidates.select("customer_id")
    return lake_of(folder, {"customers": people, "orders": order, **tables})


def contacted_in_horizon(lists: pl.DataFrame) -> int:
    held = lists.filter(pl.col("arm") == "holdout").select("customer_id", since="as_of")
    met = lists.filter(pl.col("arm") == "treated").join(held, on="customer_id")
    wait = pl.col("as_of") - pl.col("since")
    return met.filter((wait >= timedelta(0)) & (wait < timedelta(days=HORIZON))).height


@given(
    st.lists(st.tuples(st.integers(1, 20), st.sets(st.sampled_from("abcdef"))), max_size=25),
    st.sampled_from([None, 3, 45]),
    st.floats(0.1, 0.9),
)
def test_no_list_contacts_a_holdout_within_the_horizon_and_a_campaign_has_one_arm_each(nights, days, share):
    playbook, day, lists = Playbook(campaign_days=days), 0, make_assignments()
    for gap, customers in nights:
        day += gap
        moment, ids = at(24 * day), pl.Series(sorted(customers), dtype=pl.String)
        campaign = playbook.campaign_id(moment)
        arms = find_lasting_arms(lists.sample(fraction=1, shuffle=True, seed=day), campaign, moment, HORIZON)
        held = assign_holdout(ids, campaign, share, b"key", arms)
        rows = [(who, campaign, day, "holdout" if out else "treated") for who, out in zip(ids, held, strict=True)]
        lists = pl.concat([lists, make_assignments(*rows)])
    assert contacted_in_horizon(lists) == 0
    arms_each = lists.group_by("customer_id", "campaign_id").agg(pl.col("arm").n_unique())["arm"]
    assert lists.is_empty() or arms_each.max() == 1


@pytest.mark.slow
def test_lists_of_three_months_contact_no_holdout():
    playbook, before, lists = Playbook(holdout_share=0.4, exploration_share=0.2), None, []
    for day in range(3, 75, 6):
        tonight = night(150, seed=day, day=day)
        known = pl.concat([make_assignments(), *lists])
        arms = find_lasting_arms(known, playbook.campaign_id(tonight.as_of), tonight.as_of, HORIZON)
        tonight = replace(tonight, arms=arms, previous=tonight.previous if before is None else before)
        before = decide(tonight, playbook, saved=None, key=b"a key", kpi_version="k").rows
        lists.append(before.select(*LISTED))
    rows = pl.concat(lists)
    assert contacted_in_horizon(rows) == 0
    assert rows.n_unique("campaign_id") == 3
    assert 0.25 < (rows["arm"] == "holdout").mean() < 0.6


def test_the_arm_lasts_until_the_horizon_is_over_and_as_long_as_the_campaign():
    lists = make_assignments(("a", "one", 10, "holdout"), ("b", "one", 10, "treated"))
    assert find_lasting_arms(lists, "two", at(24 * 37.9), HORIZON).rows() == [
        ("a", "holdout", True),
        ("b", "treated", True),
    ]
    assert find_lasting_arms(lists, "two", at(24 * 38), HORIZON).is_empty()
    assert find_lasting_arms(lists, "one", at(24 * 38), HORIZON)["awaited"].to_list() == [False, False]
    assert find_lasting_arms(lists, "one", at(24 * 10), HORIZON).is_empty()  # that very night is no earlier list


def test_whom_another_campaign_holds_out_is_left_alone_until_its_horizon_is_over():
    others = make_assignments(
        ("a", "crm", 10, "holdout"), ("b", "crm", 10, "treated"), ("c", "ours", 10, "holdout")
    )
    own = make_assignments(("c", "ours", 10, "holdout"), ("d", "ours", 10, "treated"))
    kept = find_lasting_arms(own, "ours", at(24 * 20), HORIZON, others=others)
    assert kept.rows() == [("a", "elsewhere", True), ("c", "holdout", True), ("d", "treated", True)]
    tonight = night(300)
    away = tonight.candidates.select("customer_id", arm=pl.lit("elsewhere"), awaited=pl.lit(value=True)).head(150)
    found = decide(replace(tonight, arms=away), Playbook(), saved=None, key=b"k", kpi_version="k")
    assert found.rows.join(away, on="customer_id", how="semi").is_empty()
    assert found.rows.height > 0


def test_a_past_night_sees_the_arms_of_then_and_ids_that_turned_out_to_be_one_share_the_holdout(tmp_path):
    tonight = night(40, day=40)
    ids = tonight.candidates["customer_id"].to_list()
    identities = pl.DataFrame(
        {"alias": [ids[1]], "customer_id": [ids[0]], "valid_from": pl.Series([at(24 * 45)], dtype=INSTANT)}
    )
    lake = lake_with(tmp_path / "lake", tonight, identities=identities)
    rows = decide(tonight, Playbook(), saved=None, key=b"k", kpi_version="k").rows
    blank = rows.head(2).with_columns(customer_id=pl.Series(ids[:2]), arm=pl.Series(["treated", "holdout"]))
    lake = store_list(lake, blank, pl.DataFrame(), tonight.as_of)
    campaign = blank["campaign_id"][0]
    assert read_arms(lake, campaign, tonight.as_of, HORIZON).is_empty()
    then = read_arms(lake, campaign, at(24 * 41), HORIZON)
    assert dict(then.select("customer_id", "arm").iter_rows()) == {ids[0]: "treated", ids[1]: "holdout"}
    later = read_arms(lake, campaign, at(24 * 46), HORIZON)
    assert later.select("customer_id", "arm").rows() == [(ids[0], "holdout")]


def test_assignments_say_who_was_drawn_by_lot(tmp_path):
    tonight = night(300)
    rows = decide(tonight, Playbook(exploration_share=0.2), saved=None, key=b"k", kpi_version="k").rows
    lake = lake_with(tmp_path / "lake", tonight)
    kept = store_list(lake, rows, pl.DataFrame(), tonight.as_of).read("interventions")
    explored = kept.filter(pl.col("explored"))["customer_id"]
    assert sorted(explored) == sorted(rows.filter(pl.col("explored"))["customer_id"])
    assert len(explored) == 12
