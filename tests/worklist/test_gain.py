"""What an action brings, against numbers by hand; who may get it, and what is not known."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.learning.evaluation.economics import Economics
from lealtad.worklist.gain import (
    compute_expected_gain,
    drop_resting_actions,
    find_missing_inputs,
    list_prior_beliefs,
)
from tests.worklist.playbooks import action, playbook

OFFER = action("offer", contact_cost=1.0, offer_cost=10.0, saves={"mean": 0.3})


def make_candidate(probability=0.5, value=200.0, **more):
    row = {"customer_id": "x", "probability": probability, "value_at_stake": value} | more
    return pl.DataFrame([row], schema_overrides={"probability": pl.Float64, "value_at_stake": pl.Float64})


def gain_of(candidates, book, saved=None):
    return compute_expected_gain(candidates, book, saved)["gain"].to_list()


@pytest.mark.parametrize(
    ("probability", "value", "gain"),
    [
        (0.5, 200.0, 22.5),  # .5·.3·190 − .5·10 − 1
        (0.0, 200.0, -11.0),  # the offer is given away, and the contact paid
        (1.0, 10.0, -1.0),  # nothing is left to save
        (1.0, -90.0, -31.0),  # .3·(−90 − 10) − 1: to save one who costs money costs money
        (None, 200.0, None),
        (0.5, None, None),
    ],
)
def test_the_gain_is_what_it_is_by_hand(probability, value, gain):
    assert gain_of(make_candidate(probability, value), playbook(OFFER)) == [pytest.approx(gain)]


@given(st.floats(0, 1), st.floats(20, 1e5))
def test_with_the_prior_the_gain_is_the_profit_of_the_models_measures(probability, value):
    found = gain_of(make_candidate(probability, value), playbook(OFFER))[0]
    assert found == pytest.approx(float(Economics(value=value).profit(probability)))


def test_a_measured_effect_may_differ_by_customer_and_says_what_it_rests_on():
    saved = pl.DataFrame(
        {
            "customer_id": ["x", "y"],
            "action": ["offer", "offer"],
            "saved": [0.5, 0.1],
            "saved_low": [0.2, 0.0],
            "saved_high": [0.8, 0.2],
            "saved_basis": ["measured", "prior"],
            "saved_share": [0.9, 0.0],
        }
    )
    both = pl.concat(
        [
            make_candidate(),
            make_candidate().with_columns(customer_id=pl.lit("y")),
            make_candidate().with_columns(customer_id=pl.lit("z")),
        ]
    )
    found = compute_expected_gain(both, playbook(OFFER), saved)
    assert found["gain"].to_list() == pytest.approx([41.5, 3.5, None])  # .5·.5·190 − 6; .5·.1·190 − 6
    assert found["saved_basis"].to_list() == ["measured", "prior", None]


def test_the_prior_of_an_action_is_its_own():
    beliefs = list_prior_beliefs(playbook(OFFER, action("write", saves={"mean": 0.05})))
    assert beliefs["saved"].to_list() == pytest.approx([0.3, 0.05])
    assert ((beliefs["saved_low"] < beliefs["saved"]) & (beliefs["saved"] < beliefs["saved_high"])).all()


@pytest.mark.parametrize(
    ("who", "candidate", "may"),
    [
        ({"segments": ("gold",)}, {"segment": "gold"}, True),
        ({"segments": ("gold",)}, {"segment": "basic"}, False),
        ({"segments": ("gold",)}, {"segment": None}, False),
        ({"languages": ("es",), "countries": ("ES", "MX")}, {"language": "es", "country": "MX"}, True),
        ({"languages": ("es",), "countries": ("ES", "MX")}, {"language": "es", "country": "US"}, False),
        ({"least_value": 200.0}, {}, True),
        ({"least_value": 200.5}, {}, False),
        ({"least_value": 1.0}, {"value_at_stake": None}, False),
    ],
)
def test_only_those_who_may_get_an_action_are_options(who, candidate, may):
    assert compute_expected_gain(make_candidate(**candidate), playbook(action("call", who=who))).height == int(may)


def test_what_a_customer_lacks_is_said():
    three = pl.concat([make_candidate(), make_candidate(None, None), make_candidate(0.5, None)]).with_columns(
        customer_id=pl.Series(["a", "b", "c"])
    )
    assert find_missing_inputs(three).rows() == [("b", "score"), ("c", "value")]


def test_an_action_rests_for_the_time_of_its_own_cooling_off():
    now = datetime(2026, 11, 24, tzinfo=UTC)
    book = playbook(action("call", cooling_off_days=7), action("write", cooling_off_days=0))
    options = pl.DataFrame({"customer_id": [c for c in "abcd" for _ in range(2)], "action": ["call", "write"] * 4})
    history = pl.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"],
            "action": ["call", "call", "write", "call"],
            "contacted_at": [now - timedelta(days=days) for days in (7, 8, 1, 0)],
        }
    )
    left_out = options.join(
        drop_resting_actions(options, history, book, now), on=["customer_id", "action"], how="anti"
    )
    assert left_out.rows() == [("a", "call")]
