"""The laws of a whole list: bounds, consent, holdout, lots, and the same list from the same data."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lealtad.worklist.deciding import decide
from lealtad.worklist.holdout import held_out
from tests.worklist.playbooks import action, playbook

NOW = datetime(2026, 11, 24, tzinfo=UTC)
KEY = b"lealtad"


def company(n, seed):
    random = np.random.default_rng(seed)

    def some(values, share):
        return [value if kept else None for value, kept in zip(values, random.random(n) < share, strict=True)]

    return pl.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(n)],
            "probability": some(random.beta(1, 3, n).tolist(), 0.9),
            "value_at_stake": some(random.normal(150, 100, n).tolist(), 0.9),
            "segment": some(random.choice(["gold", "basic"], n).tolist(), 0.9),
            "consent_contact": some((random.random(n) < 0.9).tolist(), 0.9),
            "campaign_contact_at": some([NOW - timedelta(days=int(d)) for d in random.integers(1, 90, n)], 0.4),
            "last_contact_at": some([NOW - timedelta(days=int(d)) for d in random.integers(1, 30, n)], 0.4),
            "open_complaint": some((random.random(n) < 0.1).tolist(), 0.9),
        },
        schema_overrides={"segment": pl.String, "consent_contact": pl.Boolean},
    )


def book(team, budget, holdout=0.3, exploration=0.3):
    return playbook(
        action("call", contact_cost=5.0, capacity_per_day=4, who={"segments": ("gold",)}),
        action("offer", contact_cost=5.0, offer_cost=10.0),
        action("write", channel="email", contact_cost=0.5, saves={"alpha": 1, "beta": 19}),
        owners={"team": team},
        channels={"phone": 6},
        budget_per_day=budget,
        holdout_share=holdout,
        exploration_share=exploration,
    )


@given(st.integers(0, 10_000), st.integers(0, 12), st.none() | st.sampled_from([0.0, 20.0, 60.0]))
@settings(max_examples=10, deadline=None)
def test_every_list_keeps_its_laws(seed, team, budget):
    candidates, rules = company(60, seed), book(team, budget)
    found = decide(candidates, rules, NOW, list_id="x", key=KEY)
    rows = found.rows.join(candidates, on="customer_id", how="left", maintain_order="left")
    treated = rows.filter(pl.col("arm") == "treated")
    assert rows["customer_id"].is_unique().all()
    assert (rows["consent_contact"] == True).all()  # noqa: E712 - null is no consent
    out = held_out(rows["customer_id"], "retention-2026-11", 0.3, KEY)
    assert (out == (rows["arm"] == "holdout")).all()
    assert treated.height <= team
    assert (treated["channel"] == "phone").sum() <= 6
    assert (treated["action"] == "call").sum() <= 4
    assert (
        treated.filter(action="call")["segment"].drop_nulls().to_list().count("gold")
        == (treated["action"] == "call").sum()
    )
    cost = (
        treated["action"].replace_strict({"call": 5.0, "offer": 15.0, "write": 0.5}, return_dtype=pl.Float64).sum()
    )
    assert budget is None or cost <= budget + 1e-9
    assert treated["rank"].to_list() == list(range(1, treated.height + 1))
    assert rows.filter(pl.col("arm") == "holdout")["rank"].null_count() == rows.height - treated.height
    assert (rows.filter(~pl.col("explored"))["expected_gain"] > 0).all()
    hard = found.restrained.filter(pl.col("restraint") != "negative_uplift")
    assert rows.join(hard, on="customer_id", how="semi").is_empty()


def test_the_order_of_the_candidates_changes_nothing():
    candidates, rules = company(60, 1), book(8, 60.0)
    one = decide(candidates, rules, NOW, list_id="x", key=KEY)
    other = decide(candidates.reverse(), rules, NOW, list_id="x", key=KEY)
    assert one.rows.height > 8
    assert other.rows.equals(one.rows)


@pytest.mark.parametrize("seed", range(3))
def test_the_held_out_are_the_share_of_the_list_that_chance_makes(seed):
    """Of about 300 worth a contact 30 % are held out: 90, give or take 8."""
    roomy = playbook(action("call", contact_cost=1.0), holdout_share=0.3, exploration_share=0.0)
    candidates = company(300, seed).with_columns(
        consent_contact=pl.lit(value=True),
        campaign_contact_at=pl.lit(None, pl.Datetime("us", "UTC")),
        last_contact_at=pl.lit(None, pl.Datetime("us", "UTC")),
        open_complaint=pl.lit(value=False),
        probability=pl.lit(0.5),
        value_at_stake=pl.lit(100.0),
        customer_id=pl.format("{}-{}", pl.lit(seed), "customer_id"),
    )
    found = decide(candidates, roomy, NOW, list_id="x", key=KEY).rows
    assert found.height == 300
    assert (found["arm"] == "holdout").sum() == pytest.approx(90, abs=28)


def test_yesterdays_list_and_what_was_done_count():
    candidates = pl.DataFrame(
        {
            "customer_id": ["a", "b"],
            "probability": [0.5, 0.5],
            "value_at_stake": [100.0, 104.0],
            "consent_contact": [True, True],
            "campaign_contact_at": pl.Series([None, None], dtype=pl.Datetime("us", "UTC")),
            "last_contact_at": pl.Series([None, None], dtype=pl.Datetime("us", "UTC")),
            "open_complaint": [False, False],
        }
    )
    rules = playbook(action("call"), owners={"team": 1}, holdout_share=0.0, exploration_share=0.0)

    def listed(**more):
        return decide(candidates, rules, NOW, list_id="x", key=KEY, **more).rows["customer_id"].to_list()

    history = pl.DataFrame({"customer_id": ["b"], "action": ["call"], "contacted_at": [NOW - timedelta(days=20)]})
    assert listed() == ["b"]
    assert listed(previous=pl.Series(["a"])) == ["a"]
    assert listed(history=history) == ["a"]
