"""A customer's action and place change only with new facts; both arms are treated alike."""

from dataclasses import replace

import numpy as np
import polars as pl

from lealtad.worklist import decide
from lealtad.worklist.sticky_plans import find_plans
from tests.worklist import playbooks
from tests.worklist.nights import night

BOOK = playbooks.playbook(
    playbooks.action("call", owner="retention", contact_cost=6.0),
    playbooks.action("write", owner="retention", contact_cost=6.0),
    owners={"retention": 40},
    exploration_share=0.0,
    holdout_share=0.2,
)
NOBODY = pl.Series("customer_id", [], dtype=pl.String)


def decided(tonight):
    return decide(tonight, BOOK, saved=None, key=b"a key", kpi_version="k")


def next_night(first, changed, noise=0.02):
    """The night after, on which every probability drifts a little without any fact."""
    tonight = night(300, day=31)
    drift = np.random.default_rng(5).normal(1, noise, 300)
    moved = tonight.candidates.with_columns(probability=(pl.col("probability") * drift).clip(0, 1))
    return replace(tonight, candidates=moved, previous=first, changed=changed)


def test_without_news_nobody_who_stays_changes_action_or_order():
    first = decided(night(300)).rows
    now = decided(next_night(first, NOBODY)).worklist_rows
    both = now.join(first.drop_nulls("rank"), on="customer_id", suffix="_before").sort("rank")
    assert both.height > 20
    assert both["action"].to_list() == both["action_before"].to_list()
    assert both["rank_before"].is_sorted()


def test_with_news_gain_decides_again():
    first = decided(night(300)).rows
    everybody = first["customer_id"]
    now = decided(next_night(first, everybody, noise=0.3)).worklist_rows
    gains = now.sort("rank")["expected_gain"]
    assert gains.is_sorted(descending=True)


def test_a_plan_needs_the_same_model_and_is_not_made_for_the_drawn():
    first = decided(night(300)).rows
    other = first.with_columns(model_version=pl.lit("churn/0"))
    drawn = first.with_columns(explored=pl.lit(value=True))
    for previous in (other, drawn):
        assert find_plans(next_night(previous, NOBODY)).is_empty()
    assert set(find_plans(next_night(first, NOBODY))["customer_id"]) == set(first["customer_id"])
    assert find_plans(replace(next_night(first, NOBODY), changed=None)).is_empty()


def test_stickiness_costs_next_to_nothing_of_the_expected_gain():
    first = decided(night(300)).rows
    sticky, free = (decided(next_night(first, changed)).worklist_rows for changed in (NOBODY, None))
    assert sticky["expected_gain"].sum() >= 0.99 * free["expected_gain"].sum()
