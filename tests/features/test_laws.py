"""Laws that every feature of the catalog keeps."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.errors import SettingsError
from lealtad.features import CATALOG, build
from lealtad.features.building import available
from lealtad.features.facts import Facts, Grid
from lealtad.lake import Lake
from lealtad.lake.manifest import Manifest
from tests.companies import at, order_tables, touchpoint_tables


def every_feature(orders, touchpoints, dates):
    """Compute the whole catalog over both tables, for the customers of the orders."""
    grid = Grid.of(pl.Series(list("abcd")), dates)
    windows = list(range(7, 120, 7))
    facts = {
        "orders": Facts(orders, grid, "ordered_at", windows),
        "touchpoints": Facts(touchpoints, grid, "occurred_at", windows),
    }
    columns = {}
    for one in CATALOG:
        columns |= {name: matrix.ravel() for name, matrix in one.values(facts[one.source]).items()}
    return pl.DataFrame(columns)


known_before = st.integers(1, 70 * 24).map(at)


@given(order_tables(), touchpoint_tables(), known_before)
def test_leaving_out_every_fact_from_the_date_on_changes_no_feature(orders, touchpoints, date):
    past = [rows.filter(pl.col("known_at") < date) for rows in (orders, touchpoints)]
    assert_frame_equal(every_feature(orders, touchpoints, [date]), every_feature(*past, [date]), check_exact=True)


@given(order_tables(), touchpoint_tables(), known_before, st.integers(0, 10**6))
def test_whatever_becomes_known_later_changes_no_feature(orders, touchpoints, date, amount):
    later = pl.col("known_at") >= date
    orders_mutated = orders.with_columns(
        amount=pl.when(later).then(pl.lit(float(amount))).otherwise("amount"),
        ordered_at=pl.when(later).then(pl.col("ordered_at") - timedelta(days=5)).otherwise("ordered_at"),
    )
    changed = every_feature(orders_mutated, touchpoints.filter(~later), [date])
    assert_frame_equal(changed, every_feature(orders, touchpoints, [date]), check_exact=True)


@given(order_tables(), touchpoint_tables(), st.randoms())
def test_features_of_a_date_do_not_depend_on_the_other_dates(orders, touchpoints, random):
    dates = [at(24 * day) for day in random.sample(range(1, 70), 3)]
    together = every_feature(orders, touchpoints, sorted(dates))
    for position, date in enumerate(sorted(dates)):
        alone = every_feature(orders, touchpoints, [date])
        assert_frame_equal(together.gather_every(3, offset=position), alone, rel_tol=1e-9, abs_tol=1e-6)


def lake_of(tmp_path, tables, buckets):
    empty = Lake(tmp_path / f"lake{buckets}", Manifest(buckets))
    return empty.commit(tables)


def test_rows_in_any_order_and_any_number_of_buckets_give_the_same_table(tmp_path, company):
    dates = [at(24 * day) for day in (20, 30, 40)]
    one = build(lake_of(tmp_path, company, 1), dates)
    shuffled = {name: rows.sample(fraction=1, shuffle=True, seed=3) for name, rows in company.items()}
    many = build(lake_of(tmp_path, shuffled, 5), dates)
    assert_frame_equal(one, many, check_exact=True)
    assert one.select("customer_id", "as_of").is_unique().all()


def test_returns_are_no_sign_of_life(tmp_path, company):
    orders = company["orders"].with_columns(is_return=pl.lit(value=False))
    back = orders.head(50).with_columns(
        order_id=pl.concat_str(pl.lit("back-"), "order_id"),
        amount=-pl.col("amount"),
        is_return=pl.lit(value=True),
        ordered_at=pl.col("ordered_at") + timedelta(days=9),
        known_at=pl.col("known_at") + timedelta(days=9),
    )
    dates = [at(24 * day) for day in (20, 30, 40)]
    without = build(lake_of(tmp_path / "one", company | {"orders": orders}, 1), dates)
    with_returns = build(lake_of(tmp_path / "two", company | {"orders": pl.concat([orders, back])}, 1), dates)
    assert_frame_equal(without, with_returns, check_exact=True)


def test_features_of_an_absent_table_are_off(tmp_path, company):
    lake = lake_of(tmp_path, {name: rows for name, rows in company.items() if name != "touchpoints"}, 1)
    assert {one.source for one in available(lake)} == {"orders"}
    assert "contacts_by_company_56d" not in build(lake, [at(24 * 30)]).columns


def test_a_date_beyond_the_data_is_refused(tmp_path, company):
    with pytest.raises(SettingsError, match="expected dates up to the end of the data"):
        build(lake_of(tmp_path, company, 1), [at(24 * 3000)])


def test_names_are_unique_and_every_feature_is_defined_in_both_languages():
    columns = [column for one in CATALOG for column in one.columns]
    assert len(columns) == len(set(columns))
    for one in CATALOG:
        assert one.definition.endswith(")."), f"{one.name}: the definition ends with its unit in brackets"
        assert bool(one.says["en"]) == bool(one.says["es"])
    topics = {one.about for one in CATALOG}
    assert topics == {one.about for one in CATALOG if one.says["en"]}, "every topic has a feature that speaks"
