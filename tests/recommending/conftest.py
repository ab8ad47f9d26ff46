"""A lake of the planted shop: some customers must not be sold to, and some products must not be sold."""

from datetime import timedelta

import polars as pl
import pytest

from tests.lakes import lake_of
from tests.recommending.planted import DAYS, at_day, draw_lines

OPTED_OUT, COMPLAINS, DETRACTOR, RARE = "c0001", "c0002", "c0003", "c9999"
WITHDRAWN, NO_MARGIN, ONCE, SOLD_OUT = "x00", "x01", "x02", "x03"


def build_tables() -> dict[str, pl.DataFrame]:
    lines = draw_lines(customers=160)
    # somebody bought a single product that nobody else did
    own = lines.head(1).with_columns(customer_id=pl.lit(RARE), order_id=pl.lit("rare"), product_id=pl.lit("rare"))
    lines = pl.concat([lines, own]).with_row_index("line").with_columns(pl.col("line").cast(pl.String))
    people = lines["customer_id"].unique().sort()
    products = lines["product_id"].unique().sort()
    orders = lines.group_by("order_id", maintain_order=True).agg(
        pl.col("customer_id").first(), pl.col("ordered_at").min(), pl.col("amount").sum()
    )
    ticket = {"ticket_id": "t1", "customer_id": COMPLAINS, "occurred_at": at_day(DAYS - 9), "event": "created"}
    answer = {
        "survey_id": "s1",
        "customer_id": DETRACTOR,
        "metric": "nps",
        "kind": "relational",
        "sent_at": at_day(DAYS - 30),
        "answered_at": at_day(DAYS - 29),
        "score": 3.0,
        "scale_min": 0.0,
        "scale_max": 10.0,
    }
    return {
        "customers": pl.DataFrame({"customer_id": people}).with_columns(
            consent_contact=pl.col("customer_id") != OPTED_OUT
        ),
        "orders": orders,
        "order_lines": lines,
        "products": pl.DataFrame({"product_id": products}).with_columns(
            name=pl.format("Product {}", "product_id"),
            category=pl.col("product_id").str.slice(0, 1),
            price=10.0,
            margin=pl.when(pl.col("product_id") == NO_MARGIN).then(0.0).otherwise(4.0),
            active=pl.col("product_id") != WITHDRAWN,
            in_stock=pl.col("product_id") != SOLD_OUT,
            repeatable=pl.col("product_id") != ONCE,
        ),
        "ticket_events": pl.DataFrame([ticket]),
        "surveys": pl.DataFrame([answer]),
    }


@pytest.fixture(scope="session")
def tables() -> dict[str, pl.DataFrame]:
    return build_tables()


@pytest.fixture(scope="session")
def out(tables, tmp_path_factory):
    """A run directory with a lake of the shop."""
    folder = tmp_path_factory.mktemp("offers") / "run"
    lake_of(folder / "lake", tables)
    return folder


@pytest.fixture(scope="session")
def as_of():
    return at_day(DAYS) - timedelta(days=1)
