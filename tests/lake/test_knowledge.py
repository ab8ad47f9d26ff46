"""What was known at a date stays what was known, whatever is learned later."""

import polars as pl
from hypothesis import given
from polars.testing import assert_frame_equal

from lealtad.lake import NO_IDENTITIES, resolve_people, select_as_of
from lealtad.lake.knowledge import merge_customers
from tests.companies import INSTANT, at
from tests.lake.versions import histories, moments, seen


def collect_rows(rows):
    return set(rows.select("order_id", "customer_id", "amount").iter_rows())


@given(histories(), moments)
def test_the_versions_and_the_ids_of_then_are_seen(history, moment):
    orders, identities = history
    for as_of in (moment, None):
        found = select_as_of(orders, identities, as_of)
        assert collect_rows(found) == seen(orders, identities, as_of)
        assert found["order_id"].is_unique().all()
        assert "superseded_at" not in found.columns


@given(histories(), moments)
def test_a_late_correction_or_merge_changes_nothing_before_it(history, moment):
    orders, identities = history
    then = pl.when(pl.col("superseded_at") < moment).then("superseded_at").alias("superseded_at")
    learned = orders.filter(pl.col("known_at") < moment).with_columns(then)
    merged = identities.filter(pl.col("valid_from") < moment)
    assert_frame_equal(select_as_of(learned, merged, moment), select_as_of(orders, identities, moment))


def test_a_row_counts_from_after_it_was_known_until_what_supersedes_it_counts():
    versions = pl.DataFrame(
        {
            "customer_id": ["a", "a"],
            "amount": [1.0, 2.0],
            "known_at": [at(0), at(5)],
            "superseded_at": [at(5), None],
        }
    )
    amounts = [select_as_of(versions, NO_IDENTITIES, at(hour))["amount"].to_list() for hour in (0, 1, 5, 6)]
    assert amounts == [[], [1.0], [1.0], [2.0]]


def test_what_has_no_clock_was_always_known():
    told_once = pl.DataFrame({"customer_id": ["a"], "known_at": pl.Series([None], dtype=INSTANT)})
    assert select_as_of(told_once, NO_IDENTITIES, at(0)).height == 1


def test_an_identity_that_was_corrected_is_read_as_it_was_believed():
    believed = pl.DataFrame(
        {
            "alias": ["b", "b"],
            "customer_id": ["a", "c"],
            "valid_from": [at(1), at(1)],
            "known_at": [at(1), at(9)],
            "superseded_at": [at(9), None],
        }
    )
    assert [resolve_people(believed, at(hour))["customer_id"].to_list() for hour in (1, 2, 9, 10)] == [
        [],
        ["a"],
        ["a"],
        ["c"],
    ]
    assert resolve_people(believed)["customer_id"].to_list() == ["c"]


def test_a_merged_customer_is_described_by_their_own_row_if_they_have_one():
    rows = pl.DataFrame({"customer_id": ["a", "b", "c"], "segment": ["plus", "basic", "basic"]})
    known = pl.DataFrame({"alias": ["b", "c"], "customer_id": ["a", "d"]})
    assert merge_customers(rows, known).rows() == [("a", "plus"), ("d", "basic")]
    assert merge_customers(rows.lazy(), known).collect().rows() == [("a", "plus"), ("d", "basic")]
