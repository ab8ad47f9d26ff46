"""Events of one instant stand in the order that is legal from the state before them."""

from itertools import combinations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.sources.contract.event_order import CONTRACT, TICKET, order_events

EVENTS = ("start", "renew", "change", "pause", "resume", "cancel_request", "end")


def rows(*events):
    """(instant, event) of one contract."""
    return pl.DataFrame(
        {"id": ["s"] * len(events), "at": [at for at, _ in events], "event": [event for _, event in events]},
        schema={"id": pl.String, "at": pl.Int64, "event": pl.String},
    )


def ordered(*events, course=CONTRACT):
    return order_events(rows(*events), ["id"], "at", course)


STATES = {
    "none": [],
    "active": [(0, "start")],
    "paused": [(0, "start"), (1, "pause")],
    "ended": [(0, "start"), (1, "end")],
}


@pytest.mark.parametrize(
    ("state", "together", "order", "after"),
    [
        ("none", "end start", "start end", "ended"),
        ("none", "change start", "start change", "active"),
        ("none", "pause change start", "start change pause", "paused"),
        ("none", "change", "change", "active"),
        ("none", "cancel_request", "cancel_request", "none"),
        ("active", "start end", "end start", "active"),
        ("active", "start end change renew", "renew change end start", "active"),
        ("active", "resume pause", "pause resume", "active"),
        ("active", "end pause", "pause end", "ended"),
        ("active", "end resume", "resume end", "ended"),
        ("active", "end renew", "renew end", "ended"),
        ("paused", "pause resume", "resume pause", "paused"),
        ("paused", "start end", "end start", "active"),
        ("paused", "end resume", "resume end", "ended"),
        ("ended", "start end", "start end", "ended"),
        ("ended", "change", "change", "ended"),
        ("ended", "pause", "pause", "ended"),
        ("ended", "change renew", "renew change", "active"),
        ("ended", "pause resume", "resume pause", "paused"),
        ("ended", "change start", "start change", "active"),
    ],
)
def test_contracts(state, together, order, after):
    found = ordered(*STATES[state], *((5, event) for event in together.split())).filter(pl.col("at") == 5)
    assert (found["event"].to_list(), found["state"][-1]) == (order.split(), after)


@pytest.mark.parametrize(
    ("before", "after"),
    [([], "open"), ([(1, "solved")], "solved"), ([(1, "solved"), (2, "reopened")], "open")],
    ids=["open", "solved", "open again"],
)
def test_a_ticket_solved_and_reopened_at_one_instant_stays_what_it_was(before, after):
    assert ordered(*before, (5, "reopened"), (5, "solved"), course=TICKET)["state"][-1] == after


def slow_state(state, together):
    """The state after a set of events, by hand: who follows whom is asked event by event."""
    events, left = set(together), []
    replaced = state in ("active", "paused") and {"start", "end"} <= events
    if "start" in events and not replaced:
        left.append("start")
    resumed = state == "paused" or (state == "ended" and not events & {"start", "renew"})
    left += [event for event in (["resume", "pause"] if resumed else ["pause", "resume"]) if event in events]
    if "renew" in events:
        left.insert(
            left.index("start") + 1
            if "start" in left
            else left.index("resume") + 1
            if resumed and "resume" in left
            else 0,
            "renew",
        )
    left += ["end"] * ("end" in events) + ["start"] * replaced
    for event in left:
        if event in ("start", "renew", "resume"):
            state = "active"
        elif event == "end":
            state = "ended"
        elif state != "ended":
            state = "paused"
    return "active" if state == "none" and "change" in events else state


@pytest.mark.slow
def test_every_set_of_events_from_every_state():
    for state, before in STATES.items():
        for size in range(1, len(EVENTS) + 1):
            for together in combinations(EVENTS, size):
                found = ordered(*before, *((5, event) for event in together))
                assert found["state"][-1] == slow_state(state, together), (state, together)


@given(
    st.lists(st.tuples(st.sampled_from("st"), st.integers(0, 4), st.sampled_from(EVENTS), st.integers(0, 2))),
    st.randoms(),
)
def test_the_order_of_rows_changes_nothing_and_the_state_follows_step_by_step(events, chance):
    schema = {"id": pl.String, "at": pl.Int64, "event": pl.String, "amount": pl.Int64}
    shuffled = list(events)
    chance.shuffle(shuffled)
    one, other = (
        order_events(pl.DataFrame(one, schema=schema, orient="row"), ["id"], "at", CONTRACT)
        for one in (events, shuffled)
    )
    assert one.equals(other)
    for contract in one.partition_by("id"):
        state = "none"
        for event, after in contract.select("event", "state").rows():
            state = CONTRACT.after(state, event)
            assert state == after
