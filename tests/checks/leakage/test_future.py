"""What is taken away, and what is changed, is the future and nothing else."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.checks.leakage.lateness import delay, delay_further, withhold
from lealtad.checks.leakage.other_future import change_future
from lealtad.lake.future import is_known_before, remove_future
from tests.checks.leakage.conftest import AS_OF


def assert_same_tables(one, other):
    assert one.keys() == other.keys()
    for name, rows in one.items():
        assert_frame_equal(rows, other[name], check_row_order=False, check_column_order=False)


def with_versions(tables):
    return {
        name: rows.with_columns(superseded_at=pl.lit(None, pl.Datetime("us", "UTC")))
        if name != "identities"
        else rows
        for name, rows in tables.items()
    }


def test_nothing_that_is_left_was_known_later(tables):
    for name, rows in remove_future(tables, AS_OF).items():
        assert rows.select(is_known_before(rows, AS_OF).all()).item(), name
        assert 0 < rows.height <= tables[name].height
    answered = remove_future(tables, AS_OF)["surveys"]["answered_at"].max()
    assert answered < AS_OF


def test_removing_twice_is_removing_once(tables):
    once = remove_future(tables, AS_OF)
    assert_same_tables(remove_future(once, AS_OF), once)


def test_a_changed_future_has_the_same_past(tables):
    versions = with_versions(tables)
    assert_same_tables(remove_future(change_future(versions, AS_OF), AS_OF), remove_future(versions, AS_OF))


def test_a_changed_future_is_another_in_every_table(tables):
    versions = with_versions(tables)
    changed = change_future(versions, AS_OF)
    for name, rows in versions.items():
        assert not changed[name].equals(rows), name
    invented = changed["orders"].filter(pl.col("order_id").str.ends_with("~invented"))
    assert invented["ordered_at"].max() < AS_OF <= invented["known_at"].min()


def test_what_is_delayed_is_known_no_more_and_what_is_withheld_is_gone(tables):
    late, gone = delay(tables, AS_OF), withhold(tables, AS_OF)
    for name, rows in tables.items():
        assert late[name].height == rows.height
        assert_same_tables(
            {name: late[name].filter(is_known_before(late[name], AS_OF))},
            {name: gone[name].filter(is_known_before(gone[name], AS_OF))},
        )
    assert gone["orders"].height < tables["orders"].height
    assert gone["customers"].height == tables["customers"].height


def test_delaying_further_leaves_what_is_known(tables):
    assert_same_tables(remove_future(delay_further(tables, AS_OF), AS_OF), remove_future(tables, AS_OF))


@pytest.mark.parametrize("change", [remove_future, change_future, delay, withhold, delay_further])
def test_the_tables_given_stay_as_they_are(tables, change):
    before = {name: rows.clone() for name, rows in tables.items()}
    change(tables, AS_OF)
    assert_same_tables(tables, before)
