"""Events of one instant say the same in KPIs, labels, features and value, in whatever order rows come."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.company.model_settings import CustomerValue
from lealtad.company.outcome_definition import Answering, Contractual
from lealtad.examples.features import CATALOG, compute_features
from lealtad.examples.outcomes import compute_contractual
from lealtad.examples.outcomes.answers import select_invitations
from lealtad.examples.outcomes.times import compute_table_times
from lealtad.kpis import nrr, one_touch_rate, reopen_rate, resolution_rate, retention_rate, tickets
from lealtad.kpis.spells import build_spells, select_active_spells
from lealtad.sources.contract import split
from lealtad.worklist.value import compute_value_at_stake
from tests.companies import INSTANT

OF_CONTRACTS = [one for one in CATALOG if one.source in ("contracts", "contract_changes", "term_ends")]
OF_TICKETS = [
    one for one in CATALOG if "ticket_events" in one.source or one.source in ("tickets_opened", "solutions")
]


def day(number):
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)


MARCH, APRIL, END = day(59), day(90), day(300)


def changes(*events):
    """(day, event, amount), or with the contract before; all of customer a."""
    whole = [event if len(event) == 4 else ("s", *event) for event in events]
    at = [day(number) for _, number, _, _ in whole]
    return pl.DataFrame(
        {
            "subscription_id": [contract for contract, *_ in whole],
            "customer_id": ["a"] * len(whole),
            "occurred_at": at,
            "event": [event for *_, event, _ in whole],
            "amount_monthly": [amount for *_, amount in whole],
            "known_at": at,
        },
        schema={
            "subscription_id": pl.String,
            "customer_id": pl.String,
            "occurred_at": INSTANT,
            "event": pl.String,
            "amount_monthly": pl.Float64,
            "known_at": INSTANT,
        },
    )


def summarize(rows, date=APRIL):
    """What every package says of customer a."""
    features = compute_features({"subscriptions": rows}, [date], OF_CONTRACTS)
    column = dict(zip(features.columns, features.row(0), strict=True)) if features.height else {}
    window = {"as_of": date, "window_days": 31}
    label = compute_contractual(rows, [date - timedelta(days=40)], Contractual(history_days=0, grace_days=0), END)
    worth = compute_value_at_stake({"subscriptions": rows}, date, CustomerValue(margin_rate=1.0), 365.25)
    return {
        "retention": retention_rate(rows, **window)["value"].item(),
        "nrr": nrr(rows, **window)["value"].item(),
        "label": label["observed"].to_list(),
        "scored": compute_contractual(rows, [date], Contractual(history_days=0), END).height,
        "days": compute_table_times(
            rows, [date - timedelta(days=40)], Contractual(history_days=0, grace_days=0), END
        ).rows(),
        "active": column.get("active_contracts"),
        "paused": column.get("paused_contracts"),
        "amount": column.get("monthly_amount"),
        "rises": column.get("price_rises_364d"),
        "value": worth["value_at_stake"].sum(),
    }


@pytest.mark.parametrize("turned", [1, -1], ids=["end, start", "start, end"])
def test_a_contract_that_ends_and_starts_at_one_instant_goes_on(turned):
    rows = changes((0, "start", 10.0), *((59, "end", None), (59, "start", 20.0))[::turned])
    found = summarize(rows)
    assert found | {"days": None} == {
        "retention": 1.0,
        "nrr": 2.0,
        "label": [False],
        "scored": 1,
        "days": None,
        "active": 1.0,
        "paused": 0.0,
        "amount": 20.0,
        "rises": 1.0,
        "value": 240.0,
    }
    assert found["days"][0][3] is None, "nobody left"


@pytest.mark.parametrize("turned", [1, -1])
def test_a_contract_paused_and_resumed_at_one_instant_is_active(turned):
    found = summarize(changes((0, "start", 10.0), *((59, "pause", None), (59, "resume", None))[::turned]))
    assert (found["nrr"], found["active"], found["amount"], found["value"]) == (1.0, 1.0, 10.0, 120.0)


@pytest.mark.parametrize("turned", [1, -1])
def test_a_contract_that_starts_and_ends_at_one_instant_is_none(turned):
    found = summarize(changes(*((59, "start", 10.0), (59, "end", None))[::turned]))
    assert (found["retention"], found["scored"], found["active"], found["value"]) == (None, 0, 0.0, 0.0)


def test_an_amount_stated_twice_at_one_instant_is_that_of_the_change():
    found = summarize(changes((10, "change", 20.0), (10, "start", 10.0)))
    assert (found["amount"], found["value"], found["nrr"]) == (20.0, 240.0, 1.0)


def test_a_change_after_an_end_does_not_bring_the_contract_back():
    found = summarize(changes((0, "start", 10.0), (20, "end", None), (30, "change", 30.0)))
    assert (found["scored"], found["active"], found["amount"], found["rises"]) == (0, 0.0, 0.0, 0.0)


def test_a_contract_taken_up_again_after_months_at_a_higher_price_is_no_price_rise():
    found = summarize(changes((0, "start", 10.0), (5, "end", None), (80, "start", 20.0)))
    assert (found["active"], found["amount"], found["rises"]) == (1.0, 20.0, 0.0)


_change = st.tuples(
    st.sampled_from("st"),
    st.integers(0, 12).map(lambda number: 7 * number),
    st.sampled_from(["start", "start", "renew", "change", "pause", "resume", "cancel_request", "end"]),
    st.sampled_from([10.0, 20.0, 30.0]),
)


@pytest.mark.slow
@given(st.lists(_change, max_size=14, unique_by=lambda one: one[:3]), st.randoms())
def test_all_packages_agree_in_any_order_of_rows_and_on_rows_that_come_twice(events, chance):
    rows = changes(*events)
    shuffled = events + events[: len(events) // 2]
    chance.shuffle(shuffled)
    found = summarize(rows)
    assert summarize(changes(*shuffled)) == found
    spells = select_active_spells(build_spells(rows, APRIL, paid=True), APRIL)
    assert found["scored"] == min(spells.height, 1)
    if found["active"] is not None:
        assert found["active"] + found["paused"] == spells.height
        assert found["amount"] == spells["amount_monthly"].sum()
    assert found["value"] == pytest.approx(12 * spells["amount_monthly"].sum())


def events(*lines):
    """(ticket, hour, event), all of customer a."""
    at = [day(0) + timedelta(hours=hour) for _, hour, _ in lines]
    return pl.DataFrame(
        {
            "ticket_id": [ticket for ticket, *_ in lines],
            "customer_id": ["a"] * len(lines),
            "occurred_at": at,
            "event": [event for *_, event in lines],
            "known_at": at,
        },
        schema_overrides={"occurred_at": INSTANT, "known_at": INSTANT},
    )


def compute_ticket_values(rows, date=APRIL):
    """What KPIs and features say of the tickets."""
    features = compute_features({"ticket_events": rows}, [date], OF_TICKETS)
    return (
        tickets(rows, as_of=date),
        *(kpi(rows, as_of=date) for kpi in (reopen_rate, one_touch_rate, resolution_rate)),
        features,
    )


@pytest.mark.parametrize(
    ("before", "is_open"),
    [((), True), ((("t", 1, "solved"),), False), ((("t", 1, "solved"), ("t", 2, "reopened")), True)],
)
def test_a_ticket_solved_and_reopened_at_one_instant(before, is_open):
    for together in (("solved", "reopened"), ("reopened", "solved")):
        rows = events(("t", 0, "created"), *before, *(("t", 5, event) for event in together))
        kpi, *_, features = compute_ticket_values(rows)
        assert kpi["is_open"].item() == is_open
        assert features["open_tickets"].item() == is_open


def test_a_ticket_reopened_as_it_was_solved_for_the_first_time_took_more_than_one_touch():
    rows = events(("t", 0, "created"), ("t", 5, "solved"), ("t", 5, "reopened"), ("t", 9, "solved"))
    assert one_touch_rate(rows, as_of=APRIL)["value"].item() == 0


_event = st.tuples(
    st.sampled_from("tu"),
    st.integers(0, 6),
    st.sampled_from(["agent_reply", "customer_reply", "solved", "solved", "reopened", "reopened", "deleted"]),
)


@pytest.mark.slow
@given(st.lists(_event, max_size=12, unique=True), st.randoms())
def test_tickets_are_the_same_in_any_order_of_rows_and_twice(lines, chance):
    whole = [("t", 0, "created"), ("u", 0, "created"), *lines]
    shuffled = whole + whole[: len(whole) // 2]
    chance.shuffle(shuffled)
    found = compute_ticket_values(events(*whole))
    for one, other in zip(found, compute_ticket_values(events(*shuffled)), strict=True):
        assert_frame_equal(one, other)
    kpi, *_, features = found
    assert features["open_tickets"].item() == kpi["is_open"].sum()
    assert features["tickets_364d"].item() == kpi.height


def test_a_mail_and_a_text_message_of_one_instant_of_which_one_was_answered_are_answered():
    surveys = pl.DataFrame(
        {
            "survey_id": ["mail", "sms"],
            "customer_id": ["a", "a"],
            "metric": ["nps", "nps"],
            "kind": ["relational"] * 2,
            "sent_at": [day(0)] * 2,
            "answered_at": [None, day(1)],
            "score": [None, 9.0],
            "scale_min": [0.0] * 2,
            "scale_max": [10.0] * 2,
        }
    )
    for rows in (surveys, surveys.reverse()):
        assert select_invitations(rows, Answering()).select("customer_id", "score").rows() == [("a", 9.0)]


def test_two_owners_of_one_alias_at_one_instant_are_rejected():
    rows = pl.DataFrame({"alias": ["w", "w"], "customer_id": ["a", "b"], "valid_from": [day(0)] * 2})
    parts = split("identities", rows)
    assert (parts.valid.height, parts.rejected["rules"].to_list()) == (0, ["alias_has_one_owner"] * 2)
