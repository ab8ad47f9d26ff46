"""Every feature is on, or what switches it off is said, table by table and column by column."""

import polars as pl

from lealtad.checks.sufficiency.absence import find_absences
from lealtad.examples.features.catalog import CATALOG
from tests.checks.sufficiency.conftest import customers, evidence_of, orders


def test_what_absent_tables_and_columns_cost():
    absences = {
        (one.table, one.column): one for one in find_absences(evidence_of(customers=customers(), orders=orders()))
    }
    absent = {table for table, column in absences if not column}
    assert absent == {"touchpoints", "surveys", "ticket_events", "subscriptions", "interventions"}
    assert absences["touchpoints", ""].values["features"] > 0
    needing = [feature for feature in CATALOG if "discount" in feature.needs]
    assert absences["orders", "discount"].values["features"] == len(needing)


def test_a_column_that_is_there_costs_nothing():
    rows = orders().with_columns(discount=pl.lit(0.5), items=pl.lit(1), margin=pl.lit(1.0))
    absences = {(one.table, one.column) for one in find_absences(evidence_of(customers=customers(), orders=rows))}
    assert not absences & {("orders", "discount"), ("orders", "items")}
