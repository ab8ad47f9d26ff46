"""Why somebody is not on the list has one answer per customer, which never names the holdout."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.company.playbook import Playbook
from lealtad.worklist import decide
from lealtad.worklist.absences import NOT_SELECTED, explain_absences, hide_holdout
from tests.worklist.nights import night

CAUSES = ("others_first", "held_out", "negative_uplift", "no_action", "consent", "cooling_off", "no_value")


def decided(playbook, tonight):
    return decide(tonight, playbook, saved=None, key=b"a key", kpi_version="k")


@pytest.mark.parametrize("places", [5, 40, 400])
def test_everybody_is_on_the_list_or_has_an_answer(places):
    tonight = night(300)
    found = decided(Playbook(holdout_share=0.2, owners={"retention": places, "service": 1}), tonight)
    absent = explain_absences(tonight, found)
    everybody = {*found.worklist_rows["customer_id"], *absent["customer_id"]}
    assert everybody == set(tonight.candidates["customer_id"])
    assert absent.height + found.worklist_rows.height == len(everybody)
    assert absent["why"].null_count() == 0
    assert "held_out" not in set(absent["why"])


@pytest.mark.parametrize("places", [5, 40, 400])
def test_nobody_is_found_to_be_held_out_by_elimination(places):
    """At most half of those who share the answer are held out, or everybody shares it who can."""
    tonight = night(600)
    found = decided(Playbook(holdout_share=0.2, owners={"retention": places, "service": 1}), tonight)
    absent = explain_absences(tonight, found)
    held = found.open.filter("held_out")["customer_id"]
    alike = absent.filter(why=NOT_SELECTED)["customer_id"]
    answers = set(absent.filter(pl.col("customer_id").is_in(held.implode()))["why"])
    # where the list is longer than what is worth a contact, all that can be one answer is one
    is_one_answer = "negative_uplift" not in set(absent["why"])
    assert alike.is_in(held.implode()).mean() <= 0.5 or is_one_answer
    assert NOT_SELECTED in answers


@given(st.lists(st.sampled_from(CAUSES), max_size=40))
def test_merging_keeps_every_other_answer(causes):
    merged = hide_holdout(pl.Series(causes, dtype=pl.String)).to_list()
    assert not {"held_out", "others_first"} & set(merged)
    kept = [cause for cause in causes if cause in ("consent", "cooling_off", "no_value")]
    assert [cause for cause in merged if cause in ("consent", "cooling_off", "no_value")] == kept
