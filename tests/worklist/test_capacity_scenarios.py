"""More capacity brings what the next customers in line gain, never less than nothing, and less and less of it."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lealtad.company.playbook import Action, Playbook, Words
from lealtad.worklist.capacity_scenarios import compute_capacity_scenarios

WORDS = Words(en="Call", es="Llamar")
CALL = Action(name="call", words=WORDS, channel="phone", owner="team")
VISIT = Action(name="visit", words=WORDS, channel="phone", owner="shops")


def build_options(gains, action="call"):
    customers = [f"{action}{number}" for number in range(len(gains))]
    return pl.DataFrame({"customer_id": customers, "action": action, "gain": gains})


@pytest.mark.slow
@given(st.lists(st.floats(0.5, 100), min_size=1, max_size=40), st.integers(1, 12))
@settings(max_examples=30, deadline=None)
def test_more_capacity_brings_what_the_next_in_line_gain(gains, capacity):
    playbook = Playbook(actions=(CALL,), owners={"team": capacity})
    ordered = sorted(gains, reverse=True)
    rows = compute_capacity_scenarios(build_options(gains), playbook)
    for row in rows.iter_rows(named=True):
        next_in_line = ordered[capacity : capacity + row["extra"]]
        assert row["contacts"] == len(next_in_line)
        assert abs(row["gain"] - sum(next_in_line)) < 0.02 * (len(next_in_line) + 1)
    assert rows["gain"].is_sorted()


def test_an_owner_who_is_not_full_gains_nothing_and_a_random_draw_takes_places():
    options = pl.concat([build_options([9.0, 8.0, 7.0, 6.0]), build_options([5.0], "visit")])
    playbook = Playbook(actions=(CALL, VISIT), owners={"team": 2, "shops": 4})
    rows = compute_capacity_scenarios(options, playbook, {"call": 1})
    by_owner = {owner: part for (owner,), part in rows.group_by("owner")}
    assert by_owner["shops"]["gain"].to_list() == [0.0] * 3
    # one of the two places is drawn: the next in line are those who gain 8 and 7
    assert by_owner["team"].select("extra", "contacts", "gain").rows() == [(1, 1, 8.0), (2, 2, 15.0)]
