"""Lines, products and contacts are loaded, merged, corrected; orders follow from lines."""

import json

import polars as pl
import pytest

from tests.lake.loading.companies import customers, day, load_given, orders, source

LINES = pl.DataFrame(
    {
        "order_id": ["o1", "o1", "o2", "o3"],
        "line": ["1", "2", "1", "1"],
        "customer_id": ["a", "a", "b", "b"],
        "ordered_at": [day(1), day(1), day(2), day(3)],
        "product_id": ["p", "q", "p", "q"],
        "quantity": [2.0, 1.0, 1.0, -1.0],
        "amount": [10.0, 5.5, 5.0, -5.5],
        "is_return": [False, False, False, True],
    }
)
PRODUCTS = pl.DataFrame({"product_id": ["p", "q"], "name": ["Pen", "Quill"], "price": [5.0, 5.5]})
CONTACTS = pl.DataFrame({"customer_id": ["a", "b"], "name": ["Ana", "Bo"], "email": ["a@x.es", "b@x.es"]})


@pytest.mark.parametrize("batch_rows", [None, 1, 3])
def test_orders_follow_from_their_lines(tmp_path, batch_rows):
    lake = load_given(tmp_path, source(batch_rows, customers=customers("a", "b"), order_lines=LINES)).lake
    found = lake.read("orders").sort("order_id")
    assert found.select("order_id", "customer_id", "amount", "items", "is_return").rows() == [
        ("o1", "a", 15.5, 3, False),
        ("o2", "b", 5.0, 1, False),
        ("o3", "b", -5.5, 1, True),
    ]
    assert lake.read("order_lines").height == 4


def test_an_order_with_a_line_that_cannot_be_read_has_no_wrong_total(tmp_path):
    lines = LINES.with_columns(pl.Series("amount", ["10", "?!", "5", "-5.5"]))
    found = load_given(tmp_path, source(customers=customers("a", "b"), order_lines=lines), reject_limit=1.0)
    assert found.lake.read("orders")["order_id"].sort().to_list() == ["o2", "o3"]


def test_orders_that_are_given_stay_and_lend_their_lines_customer_and_time(tmp_path):
    given = orders(("o1", "a", 1, 99.0), ("o2", "b", 2, 5.0), ("o3", "b", 3, 1.0))
    lines = LINES.drop("customer_id", "ordered_at")
    lake = load_given(tmp_path, source(2, customers=customers("a", "b"), orders=given, order_lines=lines)).lake
    assert lake.read("orders")["amount"].sum() == 105.0
    assert lake.read("order_lines").sort("order_id", "line")["customer_id"].to_list() == ["a", "a", "b", "b"]


@pytest.mark.parametrize("batch_rows", [None, 1, 2])
def test_a_product_that_stands_twice_in_an_order_is_two_lines(tmp_path, batch_rows):
    lines = pl.concat([LINES.drop("line"), LINES.drop("line").head(1)])
    given = source(batch_rows, customers=customers("a", "b"), order_lines=lines)
    done = load_given(tmp_path, given)
    assert done.rejected.is_empty()
    assert done.lake.read("order_lines").filter(product_id="p", order_id="o1")["line"].to_list() == [None, "2"]
    assert done.lake.read("orders").filter(order_id="o1")["amount"].item() == 25.5
    assert load_given(tmp_path, given).counts["order_lines"].added == 0


def test_a_line_that_says_its_place_keeps_it(tmp_path):
    lines = LINES.with_columns(pl.Series("line", ["9", "", "", ""]), pl.lit("p").alias("product_id"))
    lake = load_given(tmp_path, source(customers=customers("a", "b"), order_lines=lines)).lake
    assert lake.read("order_lines").sort("order_id", "line").filter(order_id="o1")["line"].to_list() == ["2", "9"]


def test_lines_of_orders_that_are_not_given_are_left_out_and_counted(tmp_path):
    given = source(
        customers=customers("a", "b"),
        orders=orders(("o1", "a", 1, 99.0)),
        order_lines=LINES.drop("customer_id", "ordered_at"),
    )
    messages = []
    done = load_given(tmp_path, given, say=messages.append)
    assert done.rejected.is_empty()
    assert done.lake.read("order_lines")["order_id"].to_list() == ["o1", "o1"]
    assert any("2 of 4 rows left out" in one for one in messages)


def test_the_same_load_again_changes_nothing(tmp_path):
    given = source(customers=customers("a", "b"), order_lines=LINES, products=PRODUCTS, contacts=CONTACTS)
    first = load_given(tmp_path, given).lake
    again = load_given(tmp_path, given)
    assert again.lake.versions == first.versions
    assert {name: count.added for name, count in again.counts.items()} == dict.fromkeys(again.counts, 0)


def test_a_product_is_corrected_from_the_load_on(tmp_path):
    given = {"customers": customers("a"), "orders": orders(("o1", "a", 1, 1.0)), "products": PRODUCTS}
    load_given(tmp_path, source(**given), at=10)
    dearer = PRODUCTS.with_columns(price=pl.col("price") * 2)
    lake = load_given(tmp_path, source(**given | {"products": dearer}), at=20).lake
    assert lake.read("products")["price"].sum() == 21.0
    assert lake.read("products", as_of=day(15))["price"].sum() == 10.5


def test_a_merged_customer_has_the_contact_of_the_surviving_id(tmp_path):
    merged = pl.DataFrame({"alias": ["b"], "customer_id": ["a"], "valid_from": [day(5)]})
    given = source(customers=customers("a", "b"), order_lines=LINES, contacts=CONTACTS, identities=merged)
    lake = load_given(tmp_path, given).lake
    assert lake.read("contacts").select("customer_id", "name").rows() == [("a", "Ana")]
    assert set(lake.read("order_lines")["customer_id"]) == {"a"}


def test_a_rejected_contact_is_not_shown(tmp_path):
    broken = pl.concat([CONTACTS, CONTACTS.head(1).with_columns(pl.lit("Other").alias("name"))])
    found = load_given(
        tmp_path,
        source(customers=customers("a", "b"), orders=orders(("o1", "a", 1, 1.0)), contacts=broken),
        reject_limit=1.0,
    )
    assert found.rejected.height == 1
    assert "Other" not in found.rejected["row"][0]
    assert "a@x.es" not in found.rejected["row"][0]


def test_the_log_holds_no_ids_no_contacts_and_no_free_text(tmp_path):
    given = source(
        customers=customers("secret-id", "b"),
        orders=orders(("o1", "secret-id", 1, 1.0)),
        contacts=pl.DataFrame({"customer_id": ["secret-id"], "email": ["secret-mail@x.es"]}),
    )
    lake = load_given(tmp_path, given).lake
    logs = [
        line for path in lake.root.glob("*/_delta_log/*.json") for line in path.read_text("utf-8").splitlines()
    ]
    assert len(logs) > 10
    assert not any("secret" in line for line in logs)
    stats = [json.loads(json.loads(line)["add"]["stats"]) for line in logs if '"add"' in line]
    assert all("customer_id" not in one["minValues"] for one in stats)


def test_one_respondent_answers_several_questions(tmp_path):
    answer = {"survey_id": "s", "customer_id": "a", "kind": "relational", "sent_at": day(1), "answered_at": day(2)}
    answers = [
        answer | {"metric": "nps", "question": "recommend", "score": 9.0, "scale_min": 0.0, "scale_max": 10.0},
        answer | {"metric": "csat", "question": "speed", "score": 4.0, "scale_min": 1.0, "scale_max": 5.0},
        answer | {"metric": "csat", "question": "tone", "score": 2.0, "scale_min": 1.0, "scale_max": 5.0},
    ]
    given = source(customers=customers("a"), surveys=pl.DataFrame(answers))
    found = load_given(tmp_path, given)
    assert found.lake.read("surveys").height == 3
    assert found.rejected.is_empty()
    plain = pl.DataFrame(answers[:1]).drop("question")
    assert (
        load_given(tmp_path / "plain", source(customers=customers("a"), surveys=plain)).lake.read("surveys").height
        == 1
    )
