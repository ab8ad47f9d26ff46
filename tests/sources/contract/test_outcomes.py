"""Outcomes are a declared vocabulary, and a customer is in one arm of a campaign."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.sources.contract import split
from lealtad.sources.contract.assignments import keep_first_assignments
from lealtad.sources.contract.outcomes import (
    NO_CONTACT,
    OUTCOME_WORDS,
    OUTCOMES,
    is_accepted,
    is_contact,
    simplify_word,
)


def day(number):
    return datetime(2026, 1, number, tzinfo=UTC)


def assigned(*rows, **columns):
    """Rows of (customer, day, arm, outcome) of one campaign."""
    return pl.DataFrame(
        [(who, "x", day(at), arm, outcome) for who, at, arm, outcome in rows],
        schema={
            "customer_id": pl.String,
            "campaign_id": pl.String,
            "assigned_at": pl.Datetime("us", "UTC"),
            "arm": pl.String,
            "outcome": pl.String,
        },
        orient="row",
    ).with_columns(**columns)


def split_outcome(word):
    return split("interventions", assigned(("a", 1, "treated", word)))


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        *((outcome, outcome) for outcome in OUTCOMES),
        ("Aceptado", "accepted"),
        ("  ACEPTADA ", "accepted"),
        ("Promesa de pago", "promised"),
        ("quizás más tarde", "other"),
        ("Maybe later", "other"),
        ("No contesta", "not_reached"),
        ("no-answer", "not_reached"),
        ("Nº equivocado", None),
        ("Número equivocado", "wrong_number"),
        ("No volver a llamar", "do_not_contact"),
        ("Reclamación", "complaint"),
        ("No acepta", "declined"),
    ],
)
def test_words_are_read_as_what_they_mean_and_others_are_refused(word, outcome):
    parts = split_outcome(word)
    if outcome is None:
        assert parts.rejected["rules"].to_list() == ["outcome_is_allowed"]
        assert "[sources.interventions.values.outcome]" in parts.rejected["reasons"].item()
    else:
        assert parts.valid["outcome"].to_list() == [outcome]


def test_nothing_told_is_no_outcome_and_no_reject():
    assert split_outcome(None).valid["outcome"].to_list() == split_outcome("").valid["outcome"].to_list() == [None]


def test_every_word_means_one_outcome_and_stands_as_it_is_compared():
    assert all(simplify_word(word) == word for word in OUTCOME_WORDS)
    assert set(OUTCOME_WORDS.values()) == set(OUTCOMES)


@given(st.text(max_size=20))
def test_no_text_is_taken_for_another_outcome(text):
    parts = split_outcome(text)
    expected = OUTCOME_WORDS.get(simplify_word(text))
    if parts.valid.height and expected is None:
        assert parts.valid["outcome"].to_list() == [None]
    elif parts.valid.height:
        assert parts.valid["outcome"].to_list() == [expected]


def test_accepted_alone_is_acceptance_and_nobody_reached_says_nothing():
    rows = pl.DataFrame({"outcome": [*OUTCOMES, None]})
    found = dict(zip(rows["outcome"], rows.select(is_accepted(pl.col("outcome"))).to_series(), strict=True))
    assert {one for one, accepted in found.items() if accepted} == {"accepted"}
    assert {one for one, accepted in found.items() if accepted is None} == {*NO_CONTACT, None}


def test_an_attempt_that_reached_nobody_is_no_contact():
    words = ["aceptado", "no contesta", "wrong number", "complaint", None]
    rows = pl.DataFrame({"outcome": words, "contacted_at": [day(1)] * 5})
    assert rows.select(is_contact(rows.columns)).to_series().to_list() == [True, False, False, True, True]
    assert not rows.drop("contacted_at").select(is_contact(["outcome"])).to_series().any()


def test_of_repeated_assignments_the_first_date_and_the_last_outcome_count():
    rows = assigned(("a", 5, "treated", "aceptado"), ("a", 2, "treated", "no contesta"), ("a", 9, "treated", None))
    for each in (rows, rows.reverse()):
        found = keep_first_assignments(each)
        assert found.select("assigned_at", "arm", "outcome").rows() == [(day(2), "treated", "accepted")]
    # told later of the first assignment
    called = rows.with_columns(contacted_at=pl.Series([day(5), day(20), None]))
    assert keep_first_assignments(called)["outcome"].to_list() == ["not_reached"]


def test_who_turns_out_to_be_in_two_arms_is_in_none():
    rows = assigned(("a", 1, "treated", None), ("a", 2, "holdout", None), ("b", 1, "holdout", None))
    assert keep_first_assignments(rows)["customer_id"].to_list() == ["b"]


def test_another_arm_than_the_first_is_rejected():
    rows = assigned(("a", 5, "holdout", None), ("a", 2, "treated", None), ("a", 9, "treated", None))
    parts = split("interventions", rows)
    assert parts.rejected.select("source_row", "rules").rows() == [(0, "arm_stays_the_same")]
    stored = assigned(("a", 7, "holdout", None))
    against = split("interventions", rows, stored=stored)
    assert against.rejected["source_row"].to_list() == [1, 2]
    # the row of the stored assignment itself is a correction
    assert split("interventions", assigned(("a", 7, "treated", None)), stored=stored).rejected.is_empty()


def test_two_arms_of_one_instant_are_both_rejected_in_any_order():
    rows = assigned(
        ("a", 5, "holdout", None), ("a", 5, "treated", None), ("a", 9, "treated", None), ("b", 5, "holdout", None)
    )
    for each in (rows, rows.reverse()):
        parts = split("interventions", each)
        assert parts.valid.select("customer_id", "assigned_at").sort("customer_id").rows() == [
            ("a", day(9)),
            ("b", day(5)),
        ]
        assert set(parts.rejected["rules"]) == {"arm_stays_the_same"}
    # told later of the same assignment: a correction
    fixed = rows[:3].with_columns(recorded_at=pl.Series([day(5), day(6), day(9)]))
    for each in (fixed, fixed.reverse()):
        assert split("interventions", each).rejected.is_empty()


arms = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.sampled_from(["treated", "holdout"])))


@pytest.mark.slow
@given(arms, st.randoms(use_true_random=False))
def test_arms_of_one_customer_hang_on_no_other_and_on_no_order(drawn, random):
    rows = assigned(*((who, at, arm, None) for who, at, arm in dict.fromkeys(drawn)))
    rows = rows.unique(["customer_id", "assigned_at"], keep="first", maintain_order=True)
    shuffled = rows[random.sample(range(rows.height), rows.height)] if rows.height else rows
    if rows.is_empty():
        return
    valid = split("interventions", rows).valid.sort("customer_id", "assigned_at")
    assert valid.equals(split("interventions", shuffled).valid.sort("customer_id", "assigned_at"))
    assert keep_first_assignments(valid).height == rows["customer_id"].n_unique()
    for (who,), own in rows.group_by("customer_id"):
        alone = split("interventions", own).valid.sort("assigned_at")
        assert alone.equals(valid.filter(pl.col("customer_id") == who))
