"""Orders that are purchases: what comes back is no sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.contract.returns import is_return

if TYPE_CHECKING:
    import polars as pl


def select_purchases(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders that are no returns; where nothing says so, all are purchases.

    Examples
    --------
    >>> import polars as pl
    >>> select_purchases(pl.DataFrame({"order_id": ["a", "b"], "is_return": [True, None]}))["order_id"].to_list()
    ['b']
    """
    return orders.filter(~is_return(orders.columns))
