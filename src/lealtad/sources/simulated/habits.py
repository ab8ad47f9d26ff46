"""Habits of buyers that recommendations should find: what goes with what, and what comes back, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated.keyed_draws import KeyedDraws
from lealtad.sources.simulated.products import format_product_ids

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Flags, Floats, Ints

# whoever buys the first adds the second at one of the next orders; product numbers
COMPLEMENTS = {30: 51, 31: 53, 32: 55, 33: 57, 34: 40, 35: 42, 36: 46, 37: 48, 3: 17, 12: 25}
# products that people come back for, and after how many days
INTERVALS = {3: 30.0, 12: 45.0, 21: 60.0}
_ADDS, _LATER_ORDERS, _BY_ITSELF = 0.8, 2, 0.1
_COMES_BACK = 0.3
_SOONEST, _LATEST = 0.75, 1.35  # of the interval; who has not come back by then buys it elsewhere
_MOST_LINES = 10
_DAY = 86_400e6  # microseconds


def plant_habits(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines with the products that habits put in place of others; all else stays.

    A return has the same products as its order, and no order depends on a later one.

    Parameters
    ----------
    lines
        As `draw_order_lines` returns them.
    """
    if lines.is_empty():
        return lines
    key = [pl.col("order_id").str.slice(1).alias("number"), "line"]
    draws, keyed = KeyedDraws.start(rng), lines.with_columns(key)
    orders = (
        keyed.filter(~pl.col("is_return").fill_null(value=False))
        .unique(["number", "line"], keep="first", maintain_order=True)
        .sort("customer_id", "ordered_at", "number", "line")
    )
    drawn = orders["product_id"].str.slice(1).cast(pl.Int64).to_numpy()
    # an accessory is seldom bought by itself, and a staple by habit
    line = orders.select(pl.col("number").cast(pl.Int64) * _MOST_LINES + pl.col("line").cast(pl.Int64))
    alone = draws.draw_uniform(line.to_series().to_numpy(), 0) > _BY_ITSELF
    chance = np.isin(drawn, list(COMPLEMENTS.values())) & alone
    product = np.where(chance | np.isin(drawn, list(INTERVALS)), drawn + 1, drawn)
    basket = _Baskets.read(orders)
    for staple, days in INTERVALS.items():
        basket.come_back(draws, product, staple, days)
    for first, second in COMPLEMENTS.items():
        basket.add(draws, product, first, second)
    planted = orders.select("number", "line", planted=format_product_ids(product))
    joined = keyed.join(planted, on=["number", "line"], how="left", maintain_order="left")
    return joined.with_columns(product_id=pl.coalesce("planted", "product_id")).select(lines.columns)


class _Baskets:
    """The orders of customers in their order, and the first and last line of each."""

    def __init__(  # noqa: PLR0913, PLR0917 - by order, then by line
        self, people: Ints, customer: Ints, day: Floats, first_line: Ints, last_line: Ints, order: Ints
    ) -> None:
        self.people, self.customer, self.day = people, customer, day
        self.first_line, self.last_line, self.order = first_line, last_line, order
        self.start = np.flatnonzero(np.append(True, customer[1:] != customer[:-1]))
        self.rank = np.arange(len(customer)) - self.start[customer]

    @classmethod
    def read(cls, orders: pl.DataFrame) -> _Baskets:
        """Read lines that are sorted by customer, moment and order."""
        number = orders["number"].to_numpy()
        is_first = np.append(True, number[1:] != number[:-1])
        first = np.flatnonzero(is_first)
        last = np.append(first[1:], len(number)) - 1
        customer = orders["customer_id"].rank("dense").to_numpy().astype(np.int64) - 1
        day = orders["ordered_at"].to_physical().to_numpy() / _DAY
        people = orders["customer_id"].unique(maintain_order=True).str.slice(1).cast(pl.Int64).to_numpy()
        return cls(people, customer[first], day[first], first, last, np.cumsum(is_first) - 1)

    def come_back(self, draws: KeyedDraws, product: Ints, staple: int, days: float) -> None:
        """Put a staple into the first line of orders that fall due, until a customer has waited too long."""
        has_habit = draws.draw_uniform(self.people, 2 * staple + 1) < _COMES_BACK
        last = np.full(len(self.people), -np.inf)
        for rank in range(int(self.rank.max()) + 1):
            at = np.flatnonzero(self.rank == rank)
            who = self.customer[at]
            since = (self.day[at] - last[who]) / days
            buys = has_habit[who] & ((since >= _SOONEST) | (rank == 0))
            has_habit[who] &= (since <= _LATEST) | (rank == 0)
            buys &= has_habit[who]
            product[self.first_line[at[buys]]] = staple
            last[who[buys]] = self.day[at[buys]]

    def add(self, draws: KeyedDraws, product: Ints, first: int, second: int) -> None:
        """Put the second product into the last line of a later order of customers who bought the first."""
        owns = np.full(len(self.start), np.iinfo(np.int64).max)
        bought = self.order[product == first]
        np.minimum.at(owns, self.customer[bought], bought)
        adds = draws.draw_uniform(self.people, 2 * second + 1) < _ADDS
        wait = draws.draw_integers(_LATER_ORDERS + 1, self.people, 2 * second + 2)
        who = np.flatnonzero(adds & (owns < len(self.customer)))
        later = np.minimum(owns[who] + wait[who], len(self.customer) - 1)
        same: Flags = self.customer[later] == who
        line = self.last_line[later[same]]
        free = ~np.isin(product[line], [*COMPLEMENTS, *COMPLEMENTS.values(), *INTERVALS])
        product[line[free]] = second
