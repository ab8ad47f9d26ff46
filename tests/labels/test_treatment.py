"""Customers whom the company contacted are left out, and the holdout of their campaign stands for them."""

import polars as pl
import pytest

from lealtad.label import Contractual
from lealtad.labels.treatment import campaign_sizes, with_treatment
from tests.companies import INSTANT, at
from tests.lakes import lake_of

SIZES = pl.DataFrame({"campaign_id": ["x"], "stands_for": [4.0]})


def interventions(*rows):
    return pl.DataFrame(
        [(who, "x", at(24 * day), arm, None if met is None else at(24 * met)) for who, day, arm, met in rows],
        schema={
            "customer_id": pl.String,
            "campaign_id": pl.String,
            "assigned_at": INSTANT,
            "arm": pl.String,
            "contacted_at": INSTANT,
        },
        orient="row",
    )


def told(given, **label):
    rows = pl.DataFrame({"customer_id": ["a"], "as_of": [at(24 * 10)]})
    found = with_treatment(rows, given, Contractual(horizon_days=10, lead_days=2, **label), SIZES)
    return found.select("treated", "weight").row(0)


@pytest.mark.parametrize(("day", "treated"), [(9.9, False), (10, True), (21.9, True), (22, False)])
def test_an_assignment_counts_from_the_date_until_the_horizon_ends(day, treated):
    assert told(interventions(("a", day, "treated", None)))[0] is treated


def test_so_does_a_contact_that_was_assigned_earlier():
    assert told(interventions(("a", 9, "treated", 12))) == (True, 0.0)


def test_the_holdout_stands_for_the_treated_only_where_that_is_asked_for():
    held = interventions(("a", 12, "holdout", None))
    assert told(held) == (False, 4.0)
    assert told(held, treated="leave_out") == (False, 1.0)


def test_treated_rows_can_be_kept():
    assert told(interventions(("a", 12, "treated", 13)), treated="keep") == (True, 1.0)


def test_weights_keep_the_number_of_customers():
    rows = pl.DataFrame({"customer_id": list("abcd"), "as_of": [at(24 * 10)] * 4})
    given = interventions(*((who, 12, "holdout" if who == "d" else "treated", None) for who in "abcd"))
    assert with_treatment(rows, given, Contractual(), SIZES)["weight"].sum() == 4


def test_who_is_assigned_again_was_assigned_the_first_time():
    again = interventions(("a", 5, "holdout", None), ("a", 12, "holdout", None))
    assert told(again) == (False, 1.0)
    assert told(again.head(1)) == told(again)
    # a contact of the later assignment is one all the same
    assert told(interventions(("a", 5, "treated", None), ("a", 12, "treated", 13))) == (True, 0.0)


@pytest.mark.parametrize(
    ("outcome", "treated"), [("no contesta", False), ("wrong_number", False), ("queja", True)]
)
def test_an_attempt_that_reached_nobody_treats_nobody(outcome, treated):
    tried = interventions(("a", 5, "treated", 12)).with_columns(outcome=pl.lit(outcome))
    assert told(tried)[0] is treated


def test_a_customer_counts_once_in_the_size_of_a_campaign(tmp_path):
    rows = interventions(*(("a", day, "treated", None) for day in (1, 2, 3)), ("b", 1, "holdout", None))
    lake = lake_of(tmp_path / "lake", {"interventions": rows})
    assert campaign_sizes(lake)["stands_for"].to_list() == [2.0]
