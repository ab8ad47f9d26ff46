"""Assignments that recommend a product, with the action `recommend:PRODUCT`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

RECOMMEND = "recommend"
_MARK = f"{RECOMMEND}:"


def express_action(product: pl.Expr) -> pl.Expr:
    """Express the action that recommends a product.

    Examples
    --------
    >>> pl.DataFrame({"product_id": ["tea"]}).select(action=express_action(pl.col("product_id"))).item()
    'recommend:tea'
    """
    return pl.concat_str(pl.lit(_MARK), product)


def express_product(action: pl.Expr) -> pl.Expr:
    """Express the product that an action recommends; null if it recommends none.

    Examples
    --------
    >>> actions = pl.DataFrame({"action": ["recommend:tea", "call"]})
    >>> actions.select(product_id=express_product(pl.col("action")))["product_id"].to_list()
    ['tea', None]
    """
    return pl.when(action.str.starts_with(_MARK)).then(action.str.strip_prefix(_MARK))


def recommends(columns: Collection[str]) -> pl.Expr:
    """Express whether each assignment recommends a product.

    Examples
    --------
    >>> rows = pl.DataFrame({"action": ["recommend:tea", "call", None]})
    >>> rows.select(recommends(rows.columns)).to_series().to_list()
    [True, False, False]
    """
    if "action" not in columns:
        return pl.lit(value=False)
    return pl.col("action").cast(pl.String).str.starts_with(_MARK).fill_null(value=False)
