"""Risk against recommendation, and nothing claimed where one of them is not known."""

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.worklist.quadrant import (
    FORMER_CODES,
    QUADRANTS,
    assign_quadrant,
    rename_former_codes,
    select_referrals,
)
from lealtad.worklist.reason_answers import filter_answering
from lealtad.worklist.wording import translate_codes
from tests.worklist.playbooks import action, playbook

BOOK = playbook(quadrant={"at_risk": 0.2, "promoter": 0.6})


def people(*rows):
    schema = {"customer_id": pl.String, "probability": pl.Float64, "promoter_probability": pl.Float64}
    known = pl.DataFrame([(f"c{i}", *row) for i, row in enumerate(rows)], schema=schema, orient="row")
    return known.with_columns(promoter_basis=pl.lit("modelled"))


@pytest.mark.parametrize(
    ("probability", "promoter", "name"),
    [
        (0.2, 0.6, "at_risk_promoter"),
        (0.2, 0.59, "at_risk_non_promoter"),
        (0.19, 0.6, "safe_promoter"),
        (0.19, 0.59, "safe_non_promoter"),
        (0.19, None, None),
        (None, 0.9, None),
    ],
)
def test_the_thresholds_are_those_of_the_playbook(probability, promoter, name):
    assert people((probability, promoter)).select(assign_quadrant(BOOK))["quadrant"].to_list() == [name]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_former_code_is_read_as_the_current_one_and_has_its_words(language):
    former = pl.DataFrame({"quadrant": list(FORMER_CODES)})
    current = pl.DataFrame({"quadrant": list(FORMER_CODES.values())})
    assert set(current["quadrant"]) < set(QUADRANTS)
    assert rename_former_codes(former).equals(current)
    speech = Language.from_code(language)
    assert translate_codes(former, speech, {}).equals(translate_codes(current, speech, {}))


def test_safe_promoters_are_asked_unless_they_are_left_alone_or_listed():
    candidates = people((0.1, 0.7), (0.1, 0.9), (0.1, 0.7), (0.1, 0.8), (0.9, 0.9), (0.1, None))
    left_alone = pl.DataFrame({"customer_id": ["c0", "c1"], "restraint": ["negative_uplift", "consent"]})
    found = select_referrals(candidates, BOOK, left_alone, pl.Series(["c3"]))
    assert found["customer_id"].to_list() == ["c0", "c2"]
    assert found["quadrant"].unique().to_list() == ["safe_promoter"]


def test_who_answered_is_asked_before_who_is_only_thought_to_be_a_promoter():
    candidates = people((0.1, 0.9), (0.1, 0.7), (0.1, 0.8), (0.1, 0.6)).with_columns(
        promoter_basis=pl.Series(["modelled", "answered", "modelled", "answered"])
    )
    nobody = pl.DataFrame(schema={"customer_id": pl.String, "restraint": pl.String})
    found = select_referrals(candidates, BOOK, nobody, pl.Series(dtype=pl.String))
    assert found["customer_id"].to_list() == ["c1", "c3", "c0", "c2"]


def test_an_action_goes_to_those_whose_reasons_it_answers():
    book = playbook(action("settle", answers=("tickets", "effort")), action("call"))
    pairs = pl.DataFrame({"customer_id": [c for c in "abc" for _ in range(2)], "action": ["settle", "call"] * 3})
    topics = pl.DataFrame(
        {"customer_id": ["a", "a", "b"], "topic": ["effort", "tickets", "price"], "reason": [2, 1, 1]}
    )
    kept = filter_answering(pairs, topics, book)
    assert kept.rows() == [("a", "settle", 1), ("a", "call", None), ("b", "call", None), ("c", "call", None)]
