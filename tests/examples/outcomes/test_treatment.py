"""Customers whom the company contacted are left out, and the holdout of their campaign stands for them."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.company.outcome_definition import Contractual
from lealtad.examples.outcomes.treatment import (
    add_treatment,
    compute_campaign_sizes,
    is_contacted_within,
    read_assignments,
)
from lealtad.lake import commit_tables
from tests.companies import INSTANT, at
from tests.lakes import lake_of

_when = st.none() | st.integers(0, 40)
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


def add_row(rows_given, **label):
    rows = pl.DataFrame({"customer_id": ["a"], "as_of": [at(24 * 10)]})
    found = add_treatment(rows, rows_given, Contractual(horizon_days=10, lead_days=2, **label), SIZES)
    return found.select("treated", "weight").row(0)


@pytest.mark.parametrize(("day", "treated"), [(9.9, False), (10, True), (21.9, True), (22, False)])
def test_an_assignment_counts_from_the_date_until_the_horizon_ends(day, treated):
    assert add_row(interventions(("a", day, "treated", None)))[0] is treated


def test_so_does_a_contact_that_was_assigned_earlier():
    assert add_row(interventions(("a", 9, "treated", 12))) == (True, 0.0)


def test_the_holdout_stands_for_the_treated_only_where_that_is_asked_for():
    held = interventions(("a", 12, "holdout", None))
    assert add_row(held) == (False, 4.0)
    assert add_row(held, treated="leave_out") == (False, 1.0)


def test_treated_rows_can_be_kept():
    assert add_row(interventions(("a", 12, "treated", 13)), treated="keep") == (True, 1.0)


def test_weights_keep_the_number_of_customers():
    rows = pl.DataFrame({"customer_id": list("abcd"), "as_of": [at(24 * 10)] * 4})
    assignments = interventions(*((who, 12, "holdout" if who == "d" else "treated", None) for who in "abcd"))
    assert add_treatment(rows, assignments, Contractual(), SIZES)["weight"].sum() == 4


def test_who_is_assigned_again_was_assigned_the_first_time():
    again = interventions(("a", 5, "holdout", None), ("a", 12, "holdout", None))
    assert add_row(again) == (False, 1.0)
    assert add_row(again.head(1)) == add_row(again)
    # a contact of the later assignment is one all the same
    assert add_row(interventions(("a", 5, "treated", None), ("a", 12, "treated", 13))) == (True, 0.0)


@pytest.mark.parametrize(
    ("outcome", "treated"), [("no contesta", False), ("wrong_number", False), ("queja", True)]
)
def test_an_attempt_that_reached_nobody_treats_nobody(outcome, treated):
    tried = interventions(("a", 5, "treated", 12)).with_columns(outcome=pl.lit(outcome))
    assert add_row(tried)[0] is treated


def test_a_customer_counts_once_in_the_size_of_a_campaign(tmp_path):
    rows = interventions(*(("a", day, "treated", None) for day in (1, 2, 3)), ("b", 1, "holdout", None))
    lake = lake_of(tmp_path / "lake", {"interventions": rows})
    assert compute_campaign_sizes(lake)["stands_for"].to_list() == [2.0]


def test_a_contact_is_a_contact_whoever_was_to_be_held_out():
    """A held-out customer whom somebody reached, or another campaign assigns, is no longer untouched."""
    reached = interventions(("a", 9, "holdout", 12))
    assert add_row(reached) == (True, 0.0)
    elsewhere = pl.concat(
        [
            interventions(("a", 12, "holdout", None)),
            interventions(("a", 13, "treated", None)).with_columns(campaign_id=pl.lit("y")),
        ]
    )
    assert add_row(elsewhere) == (True, 0.0)


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.sampled_from(["treated", "holdout"]), _when),
        max_size=8,
    ),
    st.integers(1, 28),
)
def test_one_rule_says_who_was_contacted(rows, days):
    dates = pl.DataFrame({"customer_id": ["a", "b"], "as_of": [at(24 * 10)] * 2})
    # each in a campaign of its own: of one campaign the first assignment counts
    numbers = pl.Series("campaign_id", range(len(rows)), dtype=pl.Int64).cast(pl.String)
    given_rows = interventions(*rows).with_columns(numbers)
    flags = is_contacted_within(dates, given_rows, days).to_list()
    for who, flag in zip("ab", flags, strict=True):
        times = [day for one, day, arm, _ in rows if one == who and arm == "treated"]
        times += [met for one, _, _, met in rows if one == who and met is not None]
        assert flag == any(10 <= moment < 10 + days for moment in times)
    label = Contractual(horizon_days=days)
    assert add_treatment(dates, given_rows, label, SIZES)["treated"].to_list() == flags


def test_customers_drawn_by_lot_have_no_stand_in(tmp_path):
    """Two of four treated were drawn by lot, one of them in a row that came back without saying so."""
    rows = interventions(*((who, 1, "treated", None) for who in "abcd"), ("h", 1, "holdout", None)).with_columns(
        known_at=pl.col("assigned_at"), explored=pl.col("customer_id") == "a"
    )
    lists = pl.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "campaign_id": "x",
            "as_of": [at(24)] * 3,
            "explored": [True, True, False],
        }
    )
    lake = lake_of(tmp_path / "lake", {"customers": pl.DataFrame({"customer_id": list("abcdh")})})
    lake = commit_tables(lake, {"interventions": rows, "lists": lists})
    told_of = dict(read_assignments(lake).select("customer_id", "explored").iter_rows())
    assert told_of == {"a": True, "b": True, "c": False, "d": False, "h": False}
    assert compute_campaign_sizes(lake).rows() == [("x", 3.0)]  # c, d and h, of whom one is held out
