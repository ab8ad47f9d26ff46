"""The products of the shop, and the lines of its orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.sources.simulated.keyed_draws import KeyedDraws

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Floats, Ints

# category → (price of its cheapest product, whether people buy the same again)
_CATEGORIES = {
    "coffee": (6.5, True),
    "cleaning": (4.0, True),
    "pets": (9.0, True),
    "kitchen": (18.0, False),
    "lighting": (24.0, False),
    "garden": (30.0, False),
}
_PER_CATEGORY, _DEARER = 10, 1.22
_WITHDRAWN_EVERY = 15
_FAVOURITE, _ANOTHER_LINE, _MORE_LINES = 0.6, 0.45, 3
_LINES = pl.Schema(
    {
        "order_id": pl.String(),
        "line": pl.String(),
        "customer_id": pl.String(),
        "ordered_at": INSTANT,
        "product_id": pl.String(),
        "quantity": pl.Float64(),
        "amount": pl.Float64(),
        "is_return": pl.Boolean(),
        "recorded_at": INSTANT,
    }
)


def build_products() -> pl.DataFrame:
    """Build the products, one row each."""
    number = np.arange(len(_CATEGORIES) * _PER_CATEGORY)
    category = number // _PER_CATEGORY
    names = list(_CATEGORIES)
    kind = pl.Series(names).gather(category)
    return pl.DataFrame(
        {
            "product_id": format_product_ids(number),
            "name": pl.select(
                kind.str.to_titlecase() + " " + pl.Series(number % _PER_CATEGORY + 1).cast(pl.String)
            ),
            "category": kind,
            "price": pl.Series(_compute_prices()),
            "margin": pl.Series(np.round(_compute_prices() * (0.25 + 0.02 * (number % _PER_CATEGORY)), 2)),
            "active": pl.Series(number % _WITHDRAWN_EVERY != _WITHDRAWN_EVERY - 1),
            "repeatable": pl.Series([again for _, again in _CATEGORIES.values()]).gather(category),
        }
    )


def draw_order_lines(rng: np.random.Generator, orders: pl.DataFrame) -> pl.DataFrame:
    """Draw the lines of orders: their amounts and units add up to those of the order, to the cent.

    A return has the same products as its order. The draws of an order depend on no other order: whatever happens
    later, what was delivered stays.
    """
    if orders.is_empty():
        return pl.DataFrame(schema=_LINES)
    numbered = orders.with_columns(number=pl.col("order_id").str.slice(1))
    numbers = numbered["number"].unique().sort()
    drawn = _draw_lines(rng, numbered.unique("number", keep="first", maintain_order=True).sort("number"), numbers)
    lines = numbered.join(drawn, on="number", how="inner", maintain_order="left")
    sign = pl.when("is_return").then(-1.0).otherwise(1.0)
    share = (pl.col("amount").abs() * pl.col("weight")).round(2)
    rest = pl.col("amount").abs() - share.sum().over("order_id")
    last = pl.col("line") == pl.col("line").max().over("order_id")
    amount = sign * (share + pl.when(last).then(rest).otherwise(0.0)).round(2)
    return lines.with_columns(
        amount=amount, quantity=sign * pl.col("units"), line=pl.col("line").cast(pl.String)
    ).select(_LINES.names())


def _draw_lines(rng: np.random.Generator, orders: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Draw the content of each order: `number, line, product_id, units, weight`, one row per line."""
    items, key = orders["items"].to_numpy(), numbers.cast(pl.Int64).to_numpy()
    draws = KeyedDraws.start(rng)
    more = sum(
        (draws.draw_uniform(key, purpose) < _ANOTHER_LINE).astype(np.int64) for purpose in range(_MORE_LINES)
    )
    count = np.minimum(1 + more, items)
    order = np.repeat(np.arange(items.size), count)
    starts = np.cumsum(count) - count
    line = np.arange(order.size) - starts[order]
    of_line = key[order] * (_MORE_LINES + 1) + line
    # each customer has a favourite category, which the id determines
    favourite = orders["customer_id"].str.slice(1).str.tail(4).cast(pl.Int64).to_numpy() % len(_CATEGORIES)
    other = draws.draw_integers(len(_CATEGORIES), of_line, _MORE_LINES)
    category = np.where(draws.draw_uniform(of_line, _MORE_LINES + 1) < _FAVOURITE, favourite[order], other)
    within = draws.draw_integers(_PER_CATEGORY, of_line, _MORE_LINES + 2)
    product = category * _PER_CATEGORY + (within + line) % _PER_CATEGORY
    units = np.where(line == 0, items[order] - count[order] + 1, 1)
    worth = _compute_prices()[product] * units
    total = np.bincount(order, weights=worth, minlength=items.size)
    return pl.DataFrame(
        {
            "number": numbers.gather(order),
            "line": line + 1,
            "product_id": format_product_ids(product),
            "units": units.astype(np.float64),
            "weight": worth / total[order],
        }
    )


def _compute_prices() -> Floats:
    place = np.arange(_PER_CATEGORY)
    prices = [np.round(least * _DEARER**place, 2) for least, _ in _CATEGORIES.values()]
    return np.concatenate(prices)


def format_product_ids(number: Ints) -> pl.Series:
    """Return the ids of products by their number."""
    return pl.select(
        pl.lit("A") + pl.Series("id", number.astype(np.int64)).cast(pl.String).str.zfill(4)
    ).to_series()
