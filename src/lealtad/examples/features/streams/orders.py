"""Purchases with the time since the one before, and what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.streams.so_far import THING, before, number_things
from lealtad.examples.features.streams.stream import Stream
from lealtad.sources.contract.returns import is_return, sign_returns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile

_AT = pl.col("ordered_at")
_GAP = (_AT - before(_AT)).dt.total_microseconds().cast(pl.Float64)


def select_purchases(orders: pl.DataFrame) -> pl.DataFrame:
    """Return the orders that are not returns; where nothing states this, all are purchases.

    Examples
    --------
    >>> select_purchases(pl.DataFrame({"order_id": ["a", "b"], "is_return": [True, None]}))["order_id"].to_list()
    ['b']
    """
    return orders.filter(~is_return(orders.columns))


def derive_purchases(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return the orders that are not returns.

    Added are `gap` and `new_day`. `gap` is the time since the purchase before, in microseconds, which add up
    exactly; null for the first. `new_day` is whether it is the first of its calendar day (UTC).
    """
    return number_things(select_purchases(tables["orders"]), ["customer_id"], "ordered_at").with_columns(
        _GAP.alias("gap"),
        pl.struct(THING, _AT.dt.truncate("1d")).is_first_distinct().alias("new_day"),
    )


def derive_returns(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return the orders that came back, counted below 0, with `back`, their amount without its sign."""
    came_back = sign_returns(tables["orders"].filter(is_return(tables["orders"].columns)))
    return came_back.with_columns(pl.col("amount").abs().alias("back"))


STREAMS = (
    Stream("orders", ("orders",), "ordered_at", derive_purchases),
    Stream("returns", ("orders",), "ordered_at", derive_returns),
)
