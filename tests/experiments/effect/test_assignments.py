"""Assignments count once per customer and campaign, and acceptance is what the declared outcomes say."""

import polars as pl
import pytest

from lealtad.experiments.effect.assignments import join_assignments
from lealtad.sources.contract.outcomes import OUTCOMES
from tests.companies import INSTANT, at

ROWS = pl.DataFrame({"customer_id": ["a"] * 2, "as_of": [at(0), at(24 * 7)]}).with_columns(
    observed=pl.lit(value=False), probability=pl.Series([0.1, 0.2])
)


def assigned(*rows):
    """Rows of (day, arm, outcome) of customer a in campaign x."""
    return pl.DataFrame(
        [("a", "x", at(24 * day), arm, "call", outcome) for day, arm, outcome in rows],
        schema={
            **dict.fromkeys(("customer_id", "campaign_id"), pl.String),
            "assigned_at": INSTANT,
            **dict.fromkeys(("arm", "action", "outcome"), pl.String),
        },
        orient="row",
    )


@pytest.mark.parametrize("outcome", [*OUTCOMES, None, "Aceptado", "quizás más tarde", "gibberish"])
def test_accepted_alone_is_acceptance(outcome):
    found = join_assignments(assigned((8, "treated", outcome)), ROWS)["accepted"].item()
    nobody = outcome in {"not_reached", "wrong_number", None, "gibberish"}
    assert found is (None if nobody else outcome in {"accepted", "Aceptado"})


def test_of_repeated_assignments_the_first_date_and_the_last_outcome_count():
    rows = assigned((8, "treated", "accepted"), (1, "treated", "not_reached"))
    found = join_assignments(rows, ROWS).select("assigned_at", "probability", "accepted")
    assert found.rows() == [(at(24), 0.1, True)]
    assert join_assignments(rows.reverse(), ROWS).select("assigned_at", "probability", "accepted").equals(found)


def test_who_is_in_both_arms_is_in_no_evaluation():
    assert join_assignments(assigned((1, "treated", "accepted"), (8, "holdout", None)), ROWS).is_empty()
