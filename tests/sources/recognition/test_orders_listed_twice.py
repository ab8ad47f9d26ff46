"""Orders in one table and their lines in another, both with customer and date: no order comes twice."""

import pytest

from tests.sources.exports import lines, proposed_and_loaded, write

ORDERS = lines(
    "order_id,customer_id,ordered_at,amount",
    lambda i: (i, i % 9, f"2024-03-{i % 28 + 1:02}", "7.5"),
    separator=",",
)
LINES = lines(
    "order_id,line,customer_id,ordered_at,product_id,quantity,amount",
    lambda i: (
        i // 2,
        i % 2 + 1,
        i // 2 % 9,
        f"2024-03-{i // 2 % 28 + 1:02}",
        f"P{i % 5}",
        1,
        "2.5" if i % 2 else "5.0",
    ),
    count=80,
    separator=",",
)


def test_a_number_of_a_line_is_no_amount(tmp_path):
    same = LINES.replace(",2.5", ",5.0")
    text, _ = proposed_and_loaded(write(tmp_path, order_lines_csv=same))
    assert 'amount = "line"' not in text


@pytest.mark.parametrize("name", ["order_lines_csv", "items_csv", "a_lines_csv"])
def test_lines_of_listed_orders_make_no_orders_of_their_own(tmp_path, name):
    text, tables = proposed_and_loaded(write(tmp_path, orders_csv=ORDERS, **{name: LINES}))
    assert tables["orders"].height == 40, text
    assert "[sources.order_lines]" in text
    assert 'amount = "amount"' in text
    assert "one_row_per" not in text


def test_lines_alone_still_make_their_orders(tmp_path):
    text, tables = proposed_and_loaded(write(tmp_path, order_lines_csv=LINES))
    assert tables["orders"].height == 40, text
    assert tables["orders"]["amount"].sum() == pytest.approx(40 * 7.5)
