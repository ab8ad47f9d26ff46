"""What is shown beside a score is what the features and the KPIs say of the same moment."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.examples.features import compute_features
from lealtad.kpis import tickets
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.sources.contract import split
from lealtad.sources.simulated import Scenario, simulate
from lealtad.worklist import read_details
from lealtad.worklist.customer_details import DETAILS
from tests.companies import START, at
from tests.lakes import lake_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company():
    return simulate(400, 10, seed=3, scenario=Scenario(alias_share=0.1))


@pytest.fixture(scope="module")
def lake(company, tmp_path_factory):
    tables = {name: split(name, rows).valid for name, rows in company.tables.items()}
    empty = Lake(tmp_path_factory.mktemp("lake") / "lake", Manifest(4))
    return commit_tables(empty, {**tables, "identities": company.identities})


@pytest.fixture(scope="module")
def as_of(company):
    return company.truth["as_of"].unique().sort()[-3]


@pytest.fixture(scope="module")
def read_all_details(lake, as_of, company):
    ids = company.truth.filter(pl.col("as_of") == as_of)["customer_id"].to_list()
    return ids, read_details(lake, as_of, ids)


def test_one_row_per_customer_asked_for_in_their_order(read_all_details, lake, as_of):
    ids, found = read_all_details
    assert found["customer_id"].to_list() == ids
    assert found.columns == ["customer_id", *DETAILS]
    some = [ids[5], ids[2], "nobody"]
    again = read_details(lake, as_of, some)
    assert again["customer_id"].to_list() == some
    assert again.head(2).equals(pl.concat([found[5], found[2]]))
    assert again.drop("customer_id", "open_tickets").row(2) == (None,) * (len(DETAILS) - 1)


def test_numbers_are_those_of_the_features(read_all_details, lake, as_of):
    ids, found = read_all_details
    tables = {name: lake.history(name) for name in lake.versions if name != "identities"}
    features = compute_features({**tables, "identities": lake.identity_history}, [as_of])
    both = found.join(features, on="customer_id", suffix="_feature", maintain_order="left")
    assert both.height == len(ids)
    assert (both["open_tickets"] == both["open_tickets_feature"]).all()
    assert both["last_nps"].cast(pl.Float32).equals(both["last_nps_feature"], null_equal=True)
    assert both["last_csat"].cast(pl.Float32).equals(both["last_csat_feature"], null_equal=True)
    assert both["consent"].cast(pl.Float32).equals(both["consents"], null_equal=True)
    days = {
        "renewal_date": both["term_left_days"],
        "last_contact_at": -both.select(
            pl.min_horizontal("days_since_company_contact", "days_since_retention_contact")
        ).to_series(),
    }
    for name, expected in days.items():
        shown = (both[name] - as_of).dt.total_seconds() / 86_400
        assert shown.is_null().equals(expected.is_null())
        np.testing.assert_allclose(shown.drop_nulls(), expected.drop_nulls(), atol=1e-3)
    np.testing.assert_allclose(
        both["oldest_open_ticket_hours"].drop_nulls(), 24 * both["oldest_open_ticket_days"].drop_nulls(), rtol=1e-5
    )


def test_open_tickets_are_those_of_the_kpis(read_all_details, lake, as_of):
    _, found = read_all_details
    stood = tickets(lake.read("ticket_events", as_of=as_of), as_of=as_of).filter("is_open")
    opened = stood.group_by("customer_id").agg(pl.len().alias("n"), pl.col("created_at").min())
    both = found.join(opened, on="customer_id", how="left", maintain_order="left")
    assert (both["open_tickets"] == both["n"].fill_null(0)).all()
    waited = (as_of - both["created_at"]).dt.total_seconds() / 3600
    np.testing.assert_allclose(both["oldest_open_ticket_hours"].drop_nulls(), waited.drop_nulls(), atol=1e-3)
    assert both["n"].drop_nulls().len() > 5


def test_nothing_known_later_is_shown(read_all_details, lake, as_of, company, tmp_path):
    ids, found = read_all_details
    tables = {name: split(name, rows).valid for name, rows in company.tables.items()}
    past = {
        name: rows.filter(pl.col("known_at").is_null() | (pl.col("known_at") < as_of))
        for name, rows in tables.items()
    }
    then = commit_tables(Lake(tmp_path / "past", Manifest(4)), {**past, "identities": company.identities})
    assert read_details(then, as_of, ids).equals(found)


def test_a_company_with_only_customers_and_orders_knows_little_and_says_so(tmp_path):
    customers = pl.DataFrame({"customer_id": ["a", "b"], "segment": ["gold", None]})
    orders = pl.DataFrame({"order_id": ["1"], "customer_id": ["a"], "ordered_at": [at(0)], "amount": [1.0]})
    small = lake_of(tmp_path / "lake", {"customers": customers, "orders": orders})
    found = read_details(small, START + timedelta(days=9), ["b", "a"])
    assert found["segment"].to_list() == [None, "gold"]
    assert found["open_tickets"].to_list() == [None, None]
    assert found["renewal_date"].null_count() == 2
