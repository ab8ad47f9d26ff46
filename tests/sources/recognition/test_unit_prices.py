"""A price of each unit, and one of all units of a line: products sold in several quantities tell them apart."""

from __future__ import annotations

import pytest

from tests.sources.exports import DRAWS, lines, proposed, proposed_and_loaded, when, write

DRAWS.seed(18)
AT = [when() for _ in range(60)]


def _items(price, units=lambda i: 1 + i % 3):
    return lines(
        "order-id,purchase-date,buyer-email,sku,quantity-purchased,item-price",
        lambda i: (
            f"o{i // 2}",
            AT[i // 2],
            f"k{i // 2 % 9}@example.com",
            f"S{i // 7 % 5}",
            units(i),
            f"{price(i // 7 % 5, units(i)):.2f}",
        ),
        count=120,
        separator=",",
    )


@pytest.mark.parametrize("is_of_line", [True, False])
def test_a_price_that_grows_with_the_quantity_is_of_the_line(tmp_path, is_of_line):
    cost = lambda product, units: 10 + product if not is_of_line else (10 + product) * units  # noqa: E731
    text, tables = proposed_and_loaded(write(tmp_path, orders_csv=_items(cost)))
    right = sum((10 + i // 7 % 5) * (1 + i % 3) for i in range(120))
    assert tables["orders"]["amount"].sum() == pytest.approx(right), text


@pytest.mark.parametrize(
    ("units", "asked"), [(lambda _: 2, True), (lambda _: 1, False), (lambda i: 1 + i % 3, False)]
)
def test_the_price_of_an_item_is_asked_unless_the_rows_show_what_it_pays_for(tmp_path, units, asked):
    text = proposed(write(tmp_path, orders_csv=_items(lambda product, _: 10 + product, units)))
    assert ('# amount = "item-price"' in text) == asked, text
