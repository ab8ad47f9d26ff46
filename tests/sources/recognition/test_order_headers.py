"""Orders without an amount, whose lines or payments stand in other files."""

from __future__ import annotations

import pytest

from tests.sources.exports import lines, proposed, proposed_and_loaded, when, write

STATUS = ["delivered", "delivered", "canceled", "shipped"]
ORDERS = lines(
    "id,customer_id,created_at,status", lambda i: (1000 + i, f"cu{i % 9}", when(), STATUS[i % 4]), separator=","
)
ITEMS = lines(
    "item_id,order_id,product_id,quantity,unit_price",
    lambda i: (i, 1000 + i // 2, f"P{i % 5}", 2, "7.50"),
    count=80,
    separator=",",
)


def test_lines_give_orders_their_amounts(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, orders_csv=ORDERS, order_items_csv=ITEMS))
    assert tables["orders"].height == 30, text
    assert tables["orders"]["amount"].sum() == pytest.approx(30 * 30)
    assert "[sources.order_lines]" in text


def test_a_row_without_a_quantity_is_one_unit(tmp_path):
    single = lines(
        "order_id,order_item_id,product_id,price",
        lambda i: (1000 + i // 2, i % 2 + 1, f"P{i % 5}", "7.50"),
        count=80,
        separator=",",
    )
    _, tables = proposed_and_loaded(write(tmp_path, orders_csv=ORDERS, order_items_csv=single))
    assert tables["orders"]["amount"].sum() == pytest.approx(30 * 15)
    assert tables["orders"]["items"].sum() == 60


def test_payments_beside_lines_do_not_count_twice(tmp_path):
    payments = lines("order_id,payment_type,payment_value", lambda i: (1000 + i, "card", "30.00"), separator=",")
    files = {"orders_csv": ORDERS, "order_items_csv": ITEMS, "order_payments_csv": payments}
    text, tables = proposed_and_loaded(write(tmp_path, **files))
    assert tables["orders"].height == 30, text
    assert "order_payments.csv: " in text


def test_lines_of_other_orders_are_not_joined(tmp_path):
    text = proposed(write(tmp_path, orders_csv=ORDERS, order_items_csv=ITEMS.replace(",10", ",99")))
    assert "[sources.orders]" not in text
    assert "left join" not in text


def test_orders_with_an_amount_keep_it(tmp_path):
    own = lines(
        "id,customer_id,created_at,status,total",
        lambda i: (1000 + i, f"cu{i % 9}", when(), STATUS[i % 4], "31.00"),
        separator=",",
    )
    text, tables = proposed_and_loaded(write(tmp_path, orders_csv=own, order_items_csv=ITEMS))
    assert tables["orders"]["amount"].sum() == pytest.approx(30 * 31), text


def test_customers_of_one_order_each_are_asked_for_the_person(tmp_path):
    single = lines(
        "order_id,customer_id,created_at,total", lambda i: (f"o{i}", f"k{i}", when(), "9.50"), separator=","
    )
    people = lines("customer_id,customer_unique_id,city", lambda i: (f"k{i}", f"u{i % 9}", "Vigo"), separator=",")
    text = proposed(write(tmp_path, orders_csv=single, customers_csv=people))
    assert '"customer_unique_id" recurs: which one is the customer?' in text
    returning = single.replace("k1", "k2")
    (tmp_path / "again").mkdir()
    again = proposed(write(tmp_path / "again", orders_csv=returning, customers_csv=people))
    assert "recurs" not in again


def test_deliveries_beside_orders_leave_them_as_they_are(tmp_path):
    own = lines(
        "Nº pedido;Cliente;Fecha;Total",
        lambda i: (f"P{i}", f"C{i % 9}", f"{when():%d/%m/%Y}", "31,00"),
        separator=";",
    )
    sent = lines("Nº pedido;Cliente;Fecha", lambda i: (f"P{i}", f"C{i % 9}", f"{when():%d/%m/%Y}"), separator=";")
    text, tables = proposed_and_loaded(write(tmp_path, pedidos_csv=own, entregas_csv=sent))
    assert "left join" not in text
    assert tables["orders"]["amount"].sum() == pytest.approx(40 * 31)
