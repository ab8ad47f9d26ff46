"""What came to the simulated company later: lines, products, tickets' words, contacts, referrals."""

from hashlib import sha256

import polars as pl
import pytest

from lealtad.sources.contract import split
from lealtad.sources.simulated import simulate

LATER = ["subject", "text", "referred_by", "comment"]  # comments are worded anew
# of simulate(300, 4, seed=5), as it was before anything was added
BEFORE = {
    "customers": "94d4ab24e5bade1e",
    "touchpoints": "d2b0fd475db95e50",
    "surveys": "2dbfdfc6f1fbb165",
    "ticket_events": "a555e3033db56052",
    "subscriptions": "e355dc1f36d2e60e",
    "orders": "0e7d629c70ffe05a",
    "interventions": "f9a4f1bdf19c149b",
    "truth": "9870b3bf20d04e12",
}


@pytest.fixture(scope="module")
def company():
    return simulate(300, 4, seed=5)


def test_what_stood_before_is_the_same_to_the_byte(company):
    parts = {name: company.tables[name].drop(LATER, strict=False) for name in BEFORE if name != "truth"}
    found = {name: sha256(rows.write_csv().encode()).hexdigest()[:16] for name, rows in parts.items()}
    assert found | {"truth": sha256(company.truth.write_csv().encode()).hexdigest()[:16]} == BEFORE


@pytest.mark.parametrize("table", ["order_lines", "products", "contacts", "customers", "ticket_events"])
def test_every_row_keeps_the_contract(company, table):
    assert split(table, company.tables[table]).rejected.is_empty()


def test_lines_add_up_to_their_orders(company):
    totals = (
        company.tables["order_lines"]
        .group_by("order_id")
        .agg(pl.col("amount").sum(), pl.col("quantity").abs().sum().alias("units"))
    )
    both = company.tables["orders"].join(totals, on="order_id", how="left")
    assert (both["amount"] - both["amount_right"]).abs().max() < 1e-9
    assert (both["items"] == both["units"]).all()


def test_what_comes_back_is_what_was_bought(company):
    lines = company.tables["order_lines"].with_columns(number=pl.col("order_id").str.slice(1))
    back = lines.filter("is_return")
    both = back.join(lines.filter(~pl.col("is_return")), on=["number", "line"])
    assert both.height > 10
    assert (both["product_id"] == both["product_id_right"]).all()


def test_every_line_names_a_product_and_some_are_bought_again(company):
    lines = company.tables["order_lines"]
    assert set(lines["product_id"]) <= set(company.tables["products"]["product_id"])
    assert lines.group_by("customer_id", "product_id").len()["len"].max() > 2


def test_tickets_say_what_they_are_about_in_the_language_of_the_customer(company):
    created = company.tables["ticket_events"].filter(event="created")
    assert created["subject"].null_count() == created["text"].null_count() == 0
    assert company.tables["ticket_events"].filter(pl.col("event") != "created")["text"].null_count() > 0


def test_referred_customers_were_brought_by_earlier_ones(company):
    people = company.tables["customers"].unique("customer_id", keep="first")
    brought = people.drop_nulls("referred_by").join(
        people, left_on="referred_by", right_on="customer_id", suffix="_of_who_brought"
    )
    assert brought.height > 20
    assert set(brought["attr_source"]) == {"referral"}
    assert (brought["first_contact_at"] >= brought["first_contact_at_of_who_brought"]).all()
