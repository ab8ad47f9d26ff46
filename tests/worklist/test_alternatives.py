"""The same contacts by a simple rule: as many, of the same actions, among the same customers, by the same γ."""

import polars as pl
import pytest

from lealtad.experiments.effect import Effect, Prior
from lealtad.worklist.alternatives import compute_alternatives, price_contacts, take_top
from lealtad.worklist.deciding import decide
from tests.worklist.nights import night
from tests.worklist.playbooks import action, playbook

KEY = b"key"
PLAYBOOK = playbook(
    action("call", contact_cost=4.0),
    action("offer", contact_cost=0.5, capacity_per_day=20),
    owners={"team": 60},
    exploration_share=0.0,
)


@pytest.fixture(scope="module")
def decided_night():
    tonight = night(400)
    decision = decide(tonight, PLAYBOOK, saved=None, key=KEY, kpi_version="test")
    return tonight, decision, compute_alternatives(tonight, decision, PLAYBOOK, Effect(Prior({})))


def test_every_rule_spends_the_same_contacts(decided_night):
    _tonight, decision, rows = decided_night
    assert set(rows["rule"]) == {"list", "probability", "value"}
    assert set(rows["n"]) == {decision.worklist_rows.height}
    assert rows.filter(rule="list", measure="profit")["expected"][0] == pytest.approx(
        decision.worklist_rows["expected_gain"].sum()
    )


def test_the_list_promises_most(decided_night):
    _tonight, _decision, rows = decided_night
    profit = dict(rows.filter(measure="profit").select("rule", "expected").iter_rows())
    assert profit["list"] >= max(profit["probability"], profit["value"])


def test_nobody_is_chosen_whom_the_list_could_not_hold(decided_night):
    tonight, decision, _rows = decided_night
    free = decision.open.filter(pl.col("gain").is_not_null() & ~pl.col("held_out"))["customer_id"]
    choosable = tonight.candidates.filter(pl.col("customer_id").is_in(free.implode()))
    top = take_top(choosable, "probability", ["call"] * 20)
    assert set(top["customer_id"]) <= set(free)
    least = tonight.candidates.filter(pl.col("customer_id").is_in(top["customer_id"].implode()))[
        "probability"
    ].min()
    assert choosable.filter(pl.col("probability") > least).height < 20


def test_a_contact_is_priced_as_the_list_prices_it(decided_night):
    tonight, decision, _rows = decided_night
    listed = decision.worklist_rows
    priced = price_contacts(listed.select("customer_id", "action"), tonight, PLAYBOOK, Effect(Prior({})))
    assert priced["expected_gain"].to_list() == pytest.approx(listed["expected_gain"].to_list())
