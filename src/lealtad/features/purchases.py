"""Orders that are purchases: what comes back is no sign of life."""

from __future__ import annotations

import polars as pl


def purchases(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders that are no returns; where nothing says so, all are purchases.

    Examples
    --------
    >>> purchases(pl.DataFrame({"order_id": ["a", "b"], "is_return": [True, None]}))["order_id"].to_list()
    ['b']
    """
    if "is_return" not in orders.columns:
        return orders
    return orders.filter(~pl.col("is_return").fill_null(value=False))
