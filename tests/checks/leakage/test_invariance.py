"""Features of lealtad keep every invariance; a formula that looks ahead or at the order of rows does not."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.checks.leakage.checking import compute_in_hindsight
from lealtad.checks.leakage.invariance import INVARIANCES, check_invariances
from lealtad.checks.leakage.merges import find_undated, remove_undated
from lealtad.examples.features import CATALOG, feature
from lealtad.examples.features.units import ORDERS
from tests.checks.leakage.conftest import AS_OF

pytestmark = pytest.mark.slow


@feature(source="orders", unit=ORDERS, about="ahead")
def orders_in_all(facts):
    """Orders of all time, known or not (count)."""
    everything = pl.len().over("customer_id").cast(pl.Float64)
    return facts.last(everything)


@feature(source="orders", unit=ORDERS, about="order of rows")
def row_of_the_last(facts):
    """Row in which the newest order stood (count)."""
    return facts.last(pl.col("row").cast(pl.Float64))


@feature(source="orders", unit=ORDERS, about="happened")
def happened(facts):
    """Orders that had happened, whether or not they were known (count)."""
    rows = facts.grid.customer_ids.to_frame().join(_HAPPENED[0], on="customer_id", how="left")["n"].fill_null(0)
    return np.repeat(rows.to_numpy().astype(float)[:, None], facts.grid.shape[1], axis=1)


_HAPPENED: list[pl.DataFrame] = []


def checked(tables, one, before=lambda tables: tables):
    def compute(rows, date):
        _HAPPENED[:] = [rows["orders"].filter(pl.col("ordered_at") < date).group_by("customer_id").agg(n=pl.len())]
        return compute_in_hindsight(before(rows), date, [one])

    checks, findings = check_invariances(tables, [AS_OF], compute)
    assert [check.name for check in checks] == [each.name for each in INVARIANCES]
    return {finding.check for finding in findings}


def test_every_feature_of_the_catalog_keeps_all_of_them(tables):
    dates = [AS_OF, AS_OF + timedelta(days=70)]
    checks, findings = check_invariances(
        tables, dates, lambda rows, date: compute_in_hindsight(rows, date, CATALOG)
    )
    assert findings == []
    assert all(check.compared for check in checks if check.name != "merges dated")


def test_looking_ahead_is_found(tables):
    assert {"future removed", "future changed"} <= checked(tables, orders_in_all)


def test_an_eye_on_the_order_of_rows_is_found(tables):
    def numbered(rows):
        return {**rows, "orders": rows["orders"].with_row_index("row")}

    assert "rows shuffled" in checked(tables, row_of_the_last, numbered)


def test_counting_what_happened_before_it_was_known_is_found(tables):
    assert {"future removed", "recording delayed"} <= checked(tables, happened)


def test_merges_that_are_older_than_their_alias_are_found_by_what_they_change(tables):
    one = next(one for one in CATALOG if one.name == "orders")
    assert find_undated(tables).is_empty()
    long_ago = tables["identities"].with_columns(valid_from=datetime(1970, 1, 1, tzinfo=UTC))
    rewritten = {
        **tables,
        "identities": long_ago.with_columns(pl.col("valid_from").cast(pl.Datetime("us", "UTC"))),
    }
    assert find_undated(rewritten).height == long_ago.height
    assert remove_undated(rewritten)["identities"].is_empty()
    assert checked(rewritten, one) == {"merges dated"}
