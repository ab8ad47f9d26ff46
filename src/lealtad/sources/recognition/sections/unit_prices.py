"""What a price pays for: each unit, or all units of a line. Products sold in several quantities show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.content import read_amounts
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.product_columns import find_product_columns

if TYPE_CHECKING:
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_ITEM_PRICE, _TOOLS = get_words("unit_prices", "item_price"), get_words("columns", "tools")
_EQUAL, _NEARLY_ALL, _FEWEST = 1.02, 0.8, 3


def pays_for_line(table: SourceTable, quantity: str, price: str) -> bool:
    """Return whether a price pays for all units of a line, whatever its header says.

    It does if it grows with the quantity. Nearly all products that were sold in several quantities must then have
    one price over quantity, and several prices. At least three products must show it.
    """
    spread = _compare_quantities(table, quantity, price)
    if spread is None:
        return False
    grows = spread.filter((pl.col("unit") <= _EQUAL) & (pl.col("whole") > _EQUAL)).height
    return grows >= _FEWEST and grows >= _NEARLY_ALL * spread.height


def may_pay_for_line(table: SourceTable, quantity: str, price: str) -> bool:
    """Return whether an item's price may be that of each unit or of all: tools differ, and the rows show neither.

    They show it is that of each unit if nearly all products in several quantities keep their price.
    """
    most = table.content(quantity).most
    if not table.content(price).words - _TOOLS <= _ITEM_PRICE or (most is not None and most <= 1):
        return False
    return not pays_for_unit(table, quantity, price)


def pays_for_unit(table: SourceTable, quantity: str, price: str) -> bool:
    """Return whether nearly all products that were sold in several quantities keep their price."""
    spread = _compare_quantities(table, quantity, price)
    if spread is None or spread.height < _FEWEST:
        return False
    return spread.filter(pl.col("whole") <= _EQUAL).height >= _NEARLY_ALL * spread.height


def _compare_quantities(table: SourceTable, quantity: str, price: str) -> pl.DataFrame | None:
    """Return how far prices, and prices of one unit, differ between the quantities of each product."""
    products = [
        content.name for content in find_product_columns(table, None) if content.name not in {quantity, price}
    ]
    if table.sample is None or not products:
        return None
    rows = (
        table.sample.select(
            pl.col(products[0]).alias("product"),
            read_amounts(table.content(quantity)).alias("quantity"),
            read_amounts(table.content(price)).alias("price"),
        )
        .drop_nulls()
        .filter((pl.col("quantity") > 0) & (pl.col("price") > 0))
    )
    usual = rows.group_by("product", "quantity").agg(pl.col("price").median())
    each = pl.col("price") / pl.col("quantity")
    return (
        usual.group_by("product")
        .agg(
            pl.len().alias("quantities"),
            (pl.col("price").max() / pl.col("price").min()).alias("whole"),
            (each.max() / each.min()).alias("unit"),
        )
        .filter(pl.col("quantities") > 1)
    )
