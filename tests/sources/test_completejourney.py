"""The Complete Journey brings the lines of its baskets, by type of product."""

import polars as pl
import pytest

from lealtad.sources import completejourney
from lealtad.sources.contract import split


@pytest.fixture(scope="module")
def tables():
    return completejourney.read()


@pytest.mark.slow
def test_lines_and_products_keep_the_contract(tables):
    some = tables["order_lines"].head(20_000)
    assert split("order_lines", some).rejected.is_empty()
    assert split("products", tables["products"]).rejected.is_empty()


def test_each_line_is_of_a_basket_and_of_a_product(tables):
    lines, products = tables["order_lines"], tables["products"]
    assert lines.height > 1_000_000
    assert lines.select("order_id", "product_id").is_duplicated().sum() == 0
    assert lines.join(products, on="product_id", how="anti").is_empty()
    assert (lines["quantity"] >= 1).all()
    assert products["product_id"].is_unique().all()


def test_lines_bring_at_most_what_their_baskets_did(tables):
    totals = tables["order_lines"].group_by("order_id").agg(pl.col("amount").sum().alias("lines"))
    both = tables["orders"].join(totals, on="order_id")
    assert (both["lines"] <= both["amount"] + 0.005).all()
    assert both["lines"].sum() / both["amount"].sum() > 0.95
