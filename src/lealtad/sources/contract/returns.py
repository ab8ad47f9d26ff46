"""Returns count as negative amounts, whichever sign the source wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.tables import ORDERS

if TYPE_CHECKING:
    from collections.abc import Collection

IS_RETURN = "is_return"
SIGNED = tuple(column.name for column in ORDERS.columns if column.signed_by == IS_RETURN)


def is_return(columns: Collection[str]) -> pl.Expr:
    """Return whether an order is flagged as a return; null and an absent flag mean a purchase."""
    return pl.col(IS_RETURN).fill_null(value=False) if IS_RETURN in columns else pl.lit(value=False)


def sign_returns(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders with negative amount, margin, discount and items for every flagged return.

    Systems write a return as −80 or as 80 with a flag; both count as −80. Purchases keep their sign, so a negative
    amount without a flag is unchanged.

    Examples
    --------
    >>> orders = pl.DataFrame({"amount": [80.0, 80.0, -80.0], "is_return": [False, True, True]})
    >>> sign_returns(orders)["amount"].to_list()
    [80.0, -80.0, -80.0]
    """
    if IS_RETURN not in orders.columns:
        return orders
    back = is_return(orders.columns)
    present = [name for name in SIGNED if name in orders.columns]
    return orders.with_columns(
        pl.when(back).then(-pl.col(name).abs()).otherwise(pl.col(name)).alias(name) for name in present
    )
