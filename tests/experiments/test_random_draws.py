"""Holdout and exploration: fair lots, the same for a campaign, independent of all others."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.experiments.assignment.random_draws import draw_uniform
from lealtad.worklist.exploration import compute_contact_limit, draw_exploration
from lealtad.worklist.holdout import assign_holdout
from tests.worklist.playbooks import action, playbook

MANY = pl.Series([f"c{i}" for i in range(20_000)])
KEY = b"lealtad"


def test_lots_are_uniform():
    """Kolmogorov-Smirnov: of 20,000 fair lots the distance is below 1.95 / √20,000 with probability 0.999."""
    lot = np.sort(draw_uniform(MANY, "retention-2026-11", "holdout", KEY).to_numpy())
    assert np.abs(lot - (np.arange(len(lot)) + 0.5) / len(lot)).max() < 1.95 / np.sqrt(len(lot))


@pytest.mark.parametrize(
    ("occasion", "purpose", "key"),
    [
        ("retention-2026-12", "holdout", KEY),
        ("retention-2026-11", "exploration", KEY),
        ("retention-2026-11", "holdout", b"another"),
    ],
)
def test_lots_of_another_campaign_purpose_or_key_are_independent(occasion, purpose, key):
    """The correlation of 20,000 independent pairs has a standard error of 0.0071."""
    one = draw_uniform(MANY, "retention-2026-11", "holdout", KEY).to_numpy()
    assert abs(np.corrcoef(one, draw_uniform(MANY, occasion, purpose, key).to_numpy())[0, 1]) < 0.025


def test_the_share_is_held_out_and_a_customer_who_was_is_in_the_next_campaign_as_often_as_anybody():
    november = assign_holdout(MANY, "retention-2026-11", 0.1, KEY)
    december = assign_holdout(MANY, "retention-2026-12", 0.1, KEY)
    assert november.mean() == pytest.approx(0.1, abs=0.008)
    assert december.filter(november).mean() == pytest.approx(0.1, abs=0.025)


@given(st.lists(st.text(), min_size=1, unique=True), st.floats(0, 0.99), st.floats(0, 0.99))
def test_who_is_held_out_rests_on_the_customer_alone_and_a_larger_share_adds_to_it(customers, one, other):
    less, more = sorted((one, other))
    all_of_them = assign_holdout(pl.Series(customers, dtype=pl.String), "x", more, KEY)
    alone = [assign_holdout(pl.Series([customer]), "x", more, KEY)[0] for customer in customers]
    assert all_of_them.to_list() == alone
    assert not (assign_holdout(pl.Series(customers), "x", less, KEY) & ~all_of_them).any()


def test_customer_and_campaign_are_not_run_together():
    joined = (
        draw_uniform(pl.Series(["1:x"]), "a", "holdout", KEY)[0],
        draw_uniform(pl.Series(["x"]), "a1:", "holdout", KEY)[0],
    )
    assert joined[0] != joined[1]


def test_a_key_longer_than_the_hash_takes_is_a_key_too():
    long, longer = (assign_holdout(MANY, "x", 0.5, b"k" * n) for n in (65, 66))
    assert 0.45 < (long == longer).mean() < 0.55


BOOK = playbook(
    action("call", capacity_per_day=6, contact_cost=2.0),
    action("write", channel="email"),
    owners={"team": 40},
    exploration_share=0.25,
    budget_per_day=10.0,
)
PAIRS = pl.DataFrame(
    {"customer_id": [f"c{i}" for i in range(300) for _ in range(2)], "action": ["call", "write"] * 300}
).with_columns(gain=pl.lit(None, pl.Float64))


@given(st.integers(0, 1000))
def test_the_explored_are_a_share_of_the_contacts_and_fit_the_day(number):
    drawn = draw_exploration(PAIRS, BOOK, f"list{number}", KEY)
    assert drawn.height == int(compute_contact_limit(BOOK) * 0.25) == 10
    assert drawn["customer_id"].is_unique().all()
    assert (drawn["action"] == "call").sum() <= 5  # 2.00 each, of 10.00
    assert drawn.join(PAIRS, on=["customer_id", "action"], how="anti").is_empty()
    assert draw_exploration(PAIRS.reverse(), BOOK, f"list{number}", KEY).equals(drawn)


@pytest.mark.slow
def test_every_customer_is_explored_as_often_and_each_action_has_its_turn():
    drawn = pl.concat(draw_exploration(PAIRS.head(80), BOOK, f"list{n}", KEY) for n in range(200))
    counts = drawn.group_by("customer_id").len()["len"]
    # 2,000 draws over 40 customers: 50 each, give or take 6.2
    assert (counts.len(), counts.min() > 28, counts.max() < 75) == (40, True, True)
    assert 0.3 < (drawn["action"] == "call").mean() <= 0.5


def test_without_a_share_or_without_places_nobody_is_explored():
    assert draw_exploration(PAIRS, playbook(*BOOK.actions, exploration_share=0.0), "x", KEY).is_empty()
    closed = draw_exploration(PAIRS, playbook(*BOOK.actions, owners={"team": 0}, exploration_share=0.5), "x", KEY)
    assert closed.schema == PAIRS.schema
    assert closed.is_empty()
