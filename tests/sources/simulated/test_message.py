"""A planted message: its own random stream, its truth, and what the tables show of it."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.base.errors import SettingsError
from lealtad.sources.contract import split
from lealtad.sources.simulated import Scenario, simulate
from lealtad.sources.simulated.message import CAMPAIGN, Message

SENT = 10


def make(message=None):
    return simulate(3_000, 5, seed=4, scenario=Scenario(message=message, truth_every_weeks=1))


@pytest.fixture(scope="module")
def plain():
    return make()


@pytest.fixture(scope="module")
def fading():
    return make(Message(weeks_before_end=SENT, half_life_weeks=2.0, spread=0.0))


@pytest.mark.slow
def test_what_happened_before_is_the_same_to_the_byte(plain, fading):
    sent_at = fading.tables["interventions"].filter(pl.col("campaign_id") == CAMPAIGN)["assigned_at"][0]
    for name, clock in (
        ("subscriptions", "occurred_at"),
        ("orders", "ordered_at"),
        ("touchpoints", "occurred_at"),
    ):
        before, after = (
            company.tables[name].filter(pl.col(clock) < sent_at).drop("recorded_at") for company in (plain, fading)
        )
        assert_frame_equal(before, after)


def test_a_message_without_effect_changes_no_other_row(plain):
    nothing = make(Message(weeks_before_end=SENT, effects=(0.0, 0.0, 0.0), spread=0.0))
    for name, rows in plain.tables.items():
        same = nothing.tables[name]
        if name == "interventions":
            same = same.filter(pl.col("campaign_id") != CAMPAIGN)
        assert_frame_equal(rows, same)
    assert_frame_equal(plain.truth, nothing.truth.drop("message_log_odds"))


def test_the_arms_keep_the_contract_and_only_who_consents_is_in_them(fading):
    assert split("interventions", fading.tables["interventions"]).rejected.is_empty()
    arms = fading.tables["interventions"].filter(pl.col("campaign_id") == CAMPAIGN)
    assert arms["customer_id"].is_unique().all()
    assert arms["arm"].value_counts()["count"].min() > 0.45 * arms.height
    assert (arms["contacted_at"].is_null() == (arms["arm"] == "holdout")).all()


def test_the_effect_halves_every_half_life_and_is_that_of_the_plan(fading):
    left = (
        fading.truth.filter(pl.col("message_log_odds") != 0)
        .group_by("as_of")
        .agg(pl.col("message_log_odds").round(9).unique().sort())
        .sort("as_of")["message_log_odds"]
        .to_list()
    )
    assert len(left) == SENT + 1
    for week, values in enumerate(left):
        assert np.allclose(values, np.array([-1.2, -0.8, -0.2]) * 2 ** (-week / 2), atol=1e-8)


def test_an_end_that_is_put_off_comes_later():
    put_off = make(
        Message(
            weeks_before_end=SENT, effects=(0.0, 0.0, 0.0), spread=0.0, put_off_share=1.0, put_off_until=4,
            treated_share=1.0,
        )
    )  # fmt: skip
    arms = put_off.tables["interventions"].filter(pl.col("campaign_id") == CAMPAIGN)
    ends = put_off.tables["subscriptions"].filter(pl.col("event") == "end", pl.col("voluntary"))
    after = ends.join(arms.select("customer_id", "assigned_at"), on="customer_id")
    weeks = ((after["occurred_at"] - after["assigned_at"]).dt.total_days() // 7).to_numpy()
    assert not ((weeks >= 0) & (weeks < 4)).any()
    assert ((weeks >= 5) & (weeks < 9)).sum() > 20


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"treated_share": 1.5}, "a share from 0 to 1"), ({"half_life_weeks": 0.0}, "a positive number of weeks")],
)
def test_what_no_message_can_be_is_refused(wrong, message):
    with pytest.raises(SettingsError, match=message):
        Message(**wrong)
