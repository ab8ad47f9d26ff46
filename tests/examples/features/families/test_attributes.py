"""Attributes are those of the date; a value nobody declared is none of the levels, and is told."""

import polars as pl

from lealtad.examples.features import (
    CompanyProfile,
    build_catalog,
    compute_features,
    find_undeclared,
    find_unseen_levels,
)
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from tests.companies import INSTANT, at

COMPANY = CompanyProfile(levels={"segment": ("basic", "plus"), "attr_rooms": ()})


def tables():
    customers = pl.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "valid_from": pl.Series([None, at(24 * 10), at(24 * 5)], dtype=INSTANT),
            "became_customer_at": pl.Series([None, at(24 * 10), at(24 * 4)], dtype=INSTANT),
            "segment": ["basic", "plus", "gold"],
            "attr_rooms": ["3", "many", "4.5"],
            "attr_colour": ["red", "red", "blue"],
            "known_at": pl.Series([None, at(24 * 10), at(24 * 5)], dtype=INSTANT),
        }
    )
    bought = pl.Series([at(1), at(24 * 12), at(2)], dtype=INSTANT)
    orders = pl.DataFrame(
        {
            "order_id": ["x", "y", "z"],
            "customer_id": ["a", "a", "b"],
            "ordered_at": bought,
            "amount": [1.0] * 3,
            "known_at": bought,
        }
    )
    return {"customers": customers, "orders": orders}


def compute_rows(*columns, days=(4, 10, 11)):
    built = compute_features(tables(), [at(24 * day) for day in days], build_catalog(COMPANY), COMPANY)
    return {name: built.filter(customer_id=name).select(columns).rows() for name in ("a", "b")}


def test_a_level_is_that_of_the_date_and_an_undeclared_value_is_none():
    found = compute_rows("segment_is_basic", "segment_is_plus")
    assert found == {"a": [(1.0, 0.0), (1.0, 0.0), (0.0, 1.0)], "b": [(0.0, 0.0)] * 3}


def test_a_number_is_as_it_is_and_null_where_it_is_none_or_not_known_yet():
    found = compute_rows("attr_rooms")
    assert found["a"] == [(3.0,), (3.0,), (3.0,)], "the newest that is a number"
    assert found["b"] == [(None,), (4.5,), (4.5,)]


def test_tenure_counts_from_what_was_known_of_it():
    found = compute_rows("tenure_days")
    assert found == {"a": [(None,), (None,), (1.0,)], "b": [(None,), (6.0,), (7.0,)]}


def test_unseen_levels_are_counted_and_undeclared_attributes_named(tmp_path):
    lake = commit_tables(Lake(tmp_path / "lake", Manifest(1)), tables())
    assert find_unseen_levels(lake, COMPANY.levels).rows() == [("segment", "gold", 1)]
    assert find_undeclared(lake, COMPANY.levels) == ["attr_colour"]
