"""The facts behind a value make the value, and no other fact does."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

import lealtad
from lealtad.base.errors import SettingsError
from lealtad.examples.features import CATALOG, CompanyProfile, Facts, Grid, build
from lealtad.examples.features.building import compute_values, find_stream, list_windows
from lealtad.examples.features.explaining import cut_to_column, explain, explain_feature
from lealtad.lake import Lake, commit_tables
from lealtad.sources.contract import split
from lealtad.sources.simulated import Scenario, simulate

pytestmark = pytest.mark.slow

AS_OF = datetime(2025, 11, 1, tzinfo=UTC)
COLUMNS = [column for one in CATALOG for column in one.columns if one.source != "placed_comments"]


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    company = simulate(300, 12, seed=4, scenario=Scenario(alias_share=0.1))
    tables = {name: split(name, rows).valid for name, rows in company.tables.items()}
    identities = company.identities.with_columns(known_at="valid_from")
    return commit_tables(
        Lake.open_or_new(tmp_path_factory.mktemp("lake") / "lake", 1), {**tables, "identities": identities}
    )


@pytest.fixture(scope="module")
def computed(lake):
    return build(lake, [AS_OF])


@pytest.fixture(scope="module")
def busiest_customer(lake, computed):
    """The tables of the customer who has most to explain."""
    filled = pl.sum_horizontal(
        pl.exclude("customer_id", "as_of").is_not_null() & (pl.exclude("customer_id", "as_of") != 0)
    )
    customer = computed.sort(filled, descending=True)["customer_id"][0]
    own = pl.col("customer_id") == customer
    return customer, {
        name: lake.history(name, where=own) for name in lake.versions if name not in ("identities", "products")
    }


def again(facts, one, column):
    """Compute the feature from the explained facts alone."""
    grid = Grid.of(facts["customer_id"], [AS_OF])
    return compute_values(one, Facts(facts, grid, find_stream(one).clock, list_windows([one])))[column][0, 0]


def test_every_value_is_explained_and_its_facts_alone_give_it_again(busiest_customer, computed):
    customer, tables = busiest_customer
    row = computed.filter(pl.col("customer_id") == customer).row(0, named=True)
    explained = 0
    for column in COLUMNS:
        one = cut_to_column(column, CATALOG)
        explanation = explain(tables, customer, AS_OF, one, CompanyProfile())
        assert explanation.value == row[column], column
        assert explanation.definition == one.definition
        facts = explanation.facts
        assert (facts["known_at"] < AS_OF).all()
        if facts.height:
            explained += 1
            value = np.float32(again(facts, one, column))
            assert np.array_equal(
                value, np.float32(np.nan if explanation.value is None else explanation.value), equal_nan=True
            ), column
    assert explained > len(COLUMNS) / 2


def test_it_shows_what_counts(lake, computed):
    customer = computed.sort("orders_112d", descending=True)["customer_id"][0]
    explanation = lealtad.explain_feature(lake, customer, AS_OF, "orders_112d")
    assert explanation.value == explanation.facts["value"].sum() == explanation.facts.height
    assert explanation.facts.columns[:4] == ["ordered_at", "known_at", "counts", "value"]
    newest = explain_feature(lake, customer, AS_OF, "days_since_order")
    assert newest.facts["ordered_at"].to_list() == [explanation.facts["ordered_at"].max()]
    spent = explain_feature(lake, customer, AS_OF, "amount_28d")
    assert spent.value == pytest.approx(spent.facts["amount"].sum(), rel=1e-6)


def test_an_alias_stands_for_its_customer_from_when_it_was_known(lake, computed):
    links = lake.identity_history.filter(pl.col("valid_from") < AS_OF)
    alias, customer = links.select("alias", "customer_id").row(0)
    assert customer in computed["customer_id"]
    assert explain_feature(lake, alias, AS_OF, "orders_112d").customer_id == customer


def test_what_cannot_be_explained_says_why(lake, busiest_customer):
    customer, _ = busiest_customer
    with pytest.raises(SettingsError, match="Did you mean 'orders_112d'"):
        explain_feature(lake, customer, AS_OF, "order_112d")
    with pytest.raises(SettingsError, match="id of a customer in the lake, found 'nobody'"):
        explain_feature(lake, "nobody", AS_OF, "orders_112d")
    with pytest.raises(SettingsError, match="up to the end of the data"):
        explain_feature(lake, customer, datetime(2035, 1, 1, tzinfo=UTC), "orders_112d")
    with pytest.raises(SettingsError, match="of whom something was known before 2015-01-01"):
        explain_feature(lake, customer, datetime(2015, 1, 1, tzinfo=UTC), "orders_112d")
    with pytest.raises(SettingsError, match="in the lake"):
        explain_feature(lake, customer, AS_OF, "words_1_182d")
