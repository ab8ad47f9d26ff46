"""Customers whose rows change in between, by hand."""

from datetime import timedelta

import polars as pl

from lealtad.examples.features import CATALOG, compute_features
from tests.companies import INSTANT, at

WANTED = [one for one in CATALOG if one.name in ("amount", "orders")]


def order(customer, day, amount, known=None, superseded=None):
    return {
        "order_id": f"{customer}{day}",
        "customer_id": customer,
        "ordered_at": at(24 * day),
        "amount": float(amount),
        "known_at": at(24 * (known if known is not None else day)),
        "superseded_at": None if superseded is None else at(24 * superseded),
    }


def built(orders, days, identities=()):
    frame = pl.DataFrame(orders, schema_overrides={"superseded_at": INSTANT})
    links = pl.DataFrame(
        [(alias, customer, at(24 * day)) for alias, customer, day in identities],
        schema={"alias": pl.String, "customer_id": pl.String, "valid_from": INSTANT},
        orient="row",
    )
    dates = [at(24 * day) for day in days]
    return compute_features({"orders": frame, "identities": links}, dates, WANTED)


def test_a_corrected_row_says_the_old_up_to_the_date_of_its_correction_and_the_new_from_then_on():
    orders = [order("a", 1, 10, superseded=10), order("a", 1, 70, known=10), order("b", 2, 5)]
    rows = built(orders, (5, 10, 11))
    assert rows.filter(customer_id="a")["amount_28d"].to_list() == [10, 10, 70]
    assert rows.filter(customer_id="b")["amount_28d"].to_list() == [5, 5, 5]


def test_ids_are_one_customer_from_the_date_after_that_was_known():
    rows = built([order("a", 1, 10), order("w", 2, 5)], (5, 10, 11), [("w", "a", 10)])
    assert rows.select("customer_id", "amount_28d").rows() == [("a", 10), ("a", 10), ("a", 15), ("w", 5), ("w", 5)]


def test_chains_are_followed_as_far_as_they_were_known():
    orders = [order("a", 1, 1), order("v", 1, 2), order("w", 1, 4)]
    rows = built(orders, (5, 15, 25), [("w", "v", 10), ("v", "a", 20)])
    by_date = rows.group_by("as_of", maintain_order=True).agg(pl.struct("customer_id", "amount_28d")).sort("as_of")
    amounts = [{one["customer_id"]: one["amount_28d"] for one in rows} for rows in by_date["customer_id"]]
    assert amounts == [{"a": 1, "v": 2, "w": 4}, {"a": 1, "v": 6}, {"a": 7}]


def test_a_customer_merged_and_corrected_is_each_at_its_time():
    orders = [order("a", 1, 10), order("w", 2, 5, superseded=8), order("w", 2, 50, known=8)]
    rows = built(orders, (5, 9, 12), [("w", "a", 10)])
    assert rows.filter(customer_id="a")["amount_28d"].to_list() == [10, 10, 60]
    assert rows.filter(customer_id="w")["amount_28d"].to_list() == [5, 50]


def test_nobody_stands_twice_in_the_table():
    rows = built([order("a", 1, 10), order("w", 2, 5)], range(3, 20), [("w", "a", 10)])
    assert rows.select("customer_id", "as_of").is_unique().all()
    assert rows["as_of"].max() - rows["as_of"].min() == timedelta(days=16)
