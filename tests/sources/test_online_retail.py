"""Online Retail II goes in through a `lealtad.toml` alone: no code, nothing lost, the days in both files once."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from lealtad.base.errors import DataError
from lealtad.lake.loading import load
from lealtad.sources import open_source
from lealtad.sources.configuration import read_sources

SETTINGS = Path(__file__).parent / "online_retail" / "lealtad.toml"
DATA = Path(__file__).parents[3] / "shared" / "data" / "online_retail"
NAMES = {"InvoiceNo": "Invoice", "UnitPrice": "Price", "CustomerID": "Customer ID"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the files of Online Retail II are not in {DATA}"),
]


@pytest.fixture(scope="module")
def invoices() -> pd.DataFrame:
    """Every invoice of both files, counted by plain pandas: one row per file and invoice."""
    parts = []
    for year in ("2009_2010", "2010_2011"):
        lines = pd.read_parquet(DATA / f"online_retail_{year}.parquet").rename(columns=NAMES)
        lines = lines.assign(
            InvoiceDate=pd.to_datetime(lines["InvoiceDate"]), amount=lines["Quantity"] * lines["Price"]
        )
        grouped = lines.groupby("Invoice")
        parts.append(
            grouped.agg(
                customer=("Customer ID", "first"),
                at=("InvoiceDate", "min"),
                amount=("amount", "sum"),
                items=("amount", "size"),
            ).assign(file=year)
        )
    return pd.concat(parts).reset_index()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    root = tmp_path_factory.mktemp("retail") / "lake"
    limit = read_sources(SETTINGS).reject_limit
    source = open_source(str(SETTINGS))
    return load(root, source, loaded_at=datetime(2026, 1, 1, tzinfo=UTC), reject_limit=limit)


def test_the_files_are_those_the_numbers_below_are_of(invoices):
    """The numbers, counted once by hand in pandas and stated here."""
    assert len(invoices) == 54_716
    assert invoices["customer"].isna().sum() == 8_939
    assert invoices["Invoice"].duplicated().sum() == 1_088
    assert invoices.dropna(subset="customer")["Invoice"].duplicated().sum() == 901
    assert invoices["customer"].nunique() == 5_942
    with_customer = invoices.dropna(subset="customer").drop_duplicates("Invoice")
    assert with_customer["Invoice"].str.startswith("C").sum() == 7_901


def test_rows_in_are_valid_plus_rejected_and_days_in_both_files_count_once(loaded):
    orders, customers = loaded.counts["orders"], loaded.counts["customers"]
    assert (orders.rows_in, orders.valid, orders.rejected) == (54_716, 45_777, 8_939)
    assert (orders.added, orders.repeated, orders.corrected) == (44_876, 901, 0)
    assert (customers.rows_in, customers.valid, customers.added) == (5_942, 5_942, 5_942)


def test_articles_are_lines_of_their_orders_and_no_piece_is_lost(loaded):
    """The amounts of an invoice's lines add up to the invoice; pieces of known customers as pandas counts them."""
    lines, orders = loaded.lake.read("order_lines"), loaded.lake.read("orders")
    counts = loaded.counts["order_lines"]
    assert (counts.valid, counts.added, counts.repeated) == (801_427, 787_192, 14_235)
    assert lines["quantity"].sum() == 10_087_673
    summed = lines.group_by("order_id").agg(lines=pl.col("amount").sum())
    joined = orders.join(summed, on="order_id", how="full")
    assert (joined["amount"] - joined["lines"]).abs().max() < 0.005
    assert lines.filter(pl.col("is_return"))["quantity"].max() < 0


def test_articles_are_products_with_a_name_and_a_price(loaded):
    products = loaded.lake.read("products")
    assert loaded.counts["products"].rejected == 0
    assert products["product_id"].is_unique().all()
    assert products.filter(product_id="10002")["name"].item() == "INFLATABLE POLITICAL GLOBE"
    assert products["price"].min() > 0


def test_returns_are_marked_and_negative(loaded):
    returns = loaded.lake.read("orders").filter(pl.col("is_return"))
    assert returns.height == 7_901
    assert returns["amount"].max() <= 0


def test_so_many_rejects_stop_a_load_that_does_not_expect_them(tmp_path):
    with pytest.raises(DataError, match=r"expected at most 0.05 of the rows rejected .* found 8,939 of 54,716"):
        load(tmp_path / "lake", open_source(str(SETTINGS)), loaded_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_an_invoice_without_a_customer_is_rejected_and_says_so(loaded):
    assert loaded.rejected["rules"].unique().to_list() == ["customer_id_is_given"]
    assert loaded.rejected["reasons"][0].startswith("customer_id must not be empty")


def test_the_lake_holds_what_plain_pandas_finds(loaded, invoices):
    orders = loaded.lake.read("orders").sort("order_id")
    expected = invoices.dropna(subset="customer").drop_duplicates("Invoice").sort_values("Invoice")
    assert orders["order_id"].to_list() == expected["Invoice"].to_list()
    assert orders["customer_id"].to_list() == [f"{customer:.0f}" for customer in expected["customer"]]
    local = orders["ordered_at"].dt.convert_time_zone("Europe/London").dt.replace_time_zone(None)
    assert local.to_list() == [moment.to_pydatetime() for moment in expected["at"]]
    assert orders["amount"].to_list() == pytest.approx(expected["amount"].to_list(), abs=1e-6)
    assert orders["items"].to_list() == expected["items"].to_list()
    returned = expected["Invoice"].str.startswith("C")
    assert orders["is_return"].to_list() == returned.to_list()


def test_the_same_files_again_add_nothing(loaded):
    again = load(
        loaded.lake.root, open_source(str(SETTINGS)), loaded_at=datetime(2026, 2, 1, tzinfo=UTC), reject_limit=0.25
    )
    assert again.lake.versions == loaded.lake.versions
