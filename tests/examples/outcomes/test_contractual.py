"""Who is under contract, who left of their own will, and what is not known."""

import itertools
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.company.outcome_definition import Contractual
from lealtad.examples.outcomes import compute_contractual
from lealtad.examples.outcomes.contractual import find_stays
from tests.companies import INSTANT, at

LABEL = Contractual(horizon_days=10, lead_days=2, grace_days=5, history_days=0)


def contracts(*events, late=0):
    """Rows of (contract, event, day), or (contract, event, day, voluntary)."""
    happened = [at(24 * event[2]) for event in events]
    return pl.DataFrame(
        {
            "subscription_id": [event[0] for event in events],
            "customer_id": ["a"] * len(events),
            "occurred_at": happened,
            "event": [event[1] for event in events],
            "voluntary": [event[3] if len(event) > 3 else None for event in events],
            "known_at": [moment + timedelta(days=late) for moment in happened],
        },
        schema_overrides={"occurred_at": INSTANT, "known_at": INSTANT, "voluntary": pl.Boolean},
    )


def answer(rows, day=20, end=90, label=LABEL):
    found = compute_contractual(rows, [at(24 * day)], label, at(24 * end))
    return found.select("missing", "observed").row(0) if found.height else "not under contract"


@pytest.mark.parametrize(
    ("ended", "left"),
    [(21.9, None), (22, True), (31.9, True), (32, False), (40, False)],
    ids=["within the lead", "as the horizon opens", "as it closes", "after it", "later"],
)
def test_the_horizon_includes_its_start_and_not_its_end(ended, left):
    assert answer(contracts(("s", "start", 0), ("s", "end", ended))) == (None, left)


def test_a_contract_that_lasts_or_is_paused_has_not_ended():
    assert answer(contracts(("s", "start", 0))) == (None, False)
    assert answer(contracts(("s", "start", 0), ("s", "pause", 10), ("s", "cancel_request", 25))) == (None, False)


def test_an_end_that_is_taken_back_within_grace_is_none():
    ended = [("s", "start", 0), ("s", "end", 25)]
    assert answer(contracts(*ended, ("s", "resume", 30))) == (None, False)
    assert answer(contracts(*ended, ("t", "start", 30))) == (None, False)
    assert answer(contracts(*ended, ("s", "resume", 30.1))) == (None, True)


def test_one_contract_of_two_may_end():
    assert answer(contracts(("s", "start", 0), ("t", "start", 3), ("s", "end", 25))) == (None, False)
    assert answer(contracts(("s", "start", 0), ("t", "start", 3), ("s", "end", 25), ("t", "end", 28)))[1]


def test_what_the_company_ended_is_not_known_unless_every_end_counts():
    rows = contracts(("s", "start", 0), ("s", "end", 25, False))
    assert answer(rows) == (None, None)
    assert answer(rows, label=LABEL.model_copy(update={"voluntary": False})) == (None, True)


def test_an_outcome_is_known_when_horizon_and_grace_are_over():
    rows = contracts(("s", "start", 0))
    assert answer(rows, end=36.9) == (None, None)
    assert answer(rows, end=37) == (None, False)


def test_who_came_lately_is_not_scored_and_who_is_gone_is_not_there():
    patient = LABEL.model_copy(update={"history_days": 6})
    assert answer(contracts(("s", "start", 15)), label=patient)[0] == "history"
    assert answer(contracts(("s", "start", 14)), label=patient)[0] is None
    assert answer(contracts(("s", "start", 0), ("s", "end", 19))) == "not under contract"


def test_who_left_while_nobody_knew_counts_as_living_with_an_outcome_that_is_not_known():
    assert answer(contracts(("s", "start", 0), ("s", "end", 19), late=3)) == (None, None)
    assert answer(contracts(("s", "start", 19), late=3)) == "not under contract"


def test_a_contract_under_an_id_merged_later_keeps_the_customer():
    rows = contracts(("s", "start", 0), ("s", "end", 25), ("t", "start", 24)).with_columns(
        customer_id=pl.Series(["a", "a", "b"])
    )
    merged = pl.DataFrame({"alias": ["b"], "customer_id": ["a"], "valid_from": [at(24 * 40)]})
    found = compute_contractual(rows, [at(24 * 20)], LABEL, at(24 * 90), merged)
    assert found.rows() == [("a", at(24 * 20), None, False)]


_event = st.tuples(
    st.sampled_from("st"), st.sampled_from(["start", "pause", "resume", "renew", "end"]), st.integers(0, 60)
)


@pytest.mark.slow
@given(st.lists(_event, min_size=1, max_size=8, unique_by=lambda event: (event[0], event[2])), st.integers(0, 30))
def test_the_outcome_is_whether_a_stay_ends_in_the_horizon_whatever_the_order_of_rows(events, day):
    rows = contracts(*events)
    found = compute_contractual(rows, [at(24 * day)], LABEL, at(24 * 200))
    assert found.equals(compute_contractual(rows.reverse(), [at(24 * day)], LABEL, at(24 * 200)))
    opens, closes = at(24 * (day + 2)), at(24 * (day + 12))
    stays = find_stays(rows, 5).rows()
    gaps = [later[1] - before[2] for before, later in itertools.pairwise(stays)]
    assert all(gap > timedelta(days=5) for gap in gaps)
    for observed in found["observed"]:
        now = [until for _, since, until, _ in stays if since <= opens and (until is None or until >= opens)]
        expected = None if not now else now[0] is not None and now[0] < closes
        assert observed == expected
