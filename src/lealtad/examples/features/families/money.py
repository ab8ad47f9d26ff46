"""Money: what a customer spends (returns left out), on what size of basket, and at what discount."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.engine.facts import divide
from lealtad.examples.features.feature import feature
from lealtad.examples.features.units import DAYS, ITEMS, MONEY, ORDERS, SHARE

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

_PAID = pl.col("amount") > 0


@feature(source="orders", unit=MONEY, about="spending", windows=(14, 28, 56, 112))
def amount(facts: Facts, window: int) -> Matrix:
    """Amount of the orders of the window (the company's currency)."""
    return facts.sum("amount", window)


@feature(source="orders", unit=MONEY, about="spending", windows=(28, 84))
def recent_amount(facts: Facts, window: int) -> Matrix:
    """Amount of all orders so far, each halved for every `window` days since (the company's currency)."""
    return facts.decaying_sum(window, "amount")


@feature(source="orders", unit=MONEY, about="basket", windows=(28, 56, 112), null="no order in the window")
def basket(facts: Facts, window: int) -> Matrix:
    """Mean amount of an order of the window (the company's currency)."""
    return facts.mean("amount", window)


@feature(source="orders", unit=ITEMS, about="spending", windows=(28, 56, 112), needs=("items",))
def items(facts: Facts, window: int) -> Matrix:
    """Items in the orders of the window (count)."""
    return facts.sum("items", window)


@feature(source="orders", unit=ITEMS, about="basket", needs=("items",), null="no order yet")
def usual_items(facts: Facts) -> Matrix:
    """Mean items of an order over the whole history (count)."""
    return facts.mean("items")


@feature(
    source="orders",
    unit=SHARE,
    about="discounts",
    windows=(56, 112),
    needs=("discount",),
    null="nothing spent in the window",
    actionable=True,
)
def discount_share(facts: Facts, window: int) -> Matrix:
    """Discounts over amount and discounts of the window's purchases, credit notes left out (share)."""
    discount = facts.sum("discount", window, where=_PAID)
    return divide(discount, facts.sum("amount", window, where=_PAID) + discount)


@feature(source="orders", unit=MONEY, about="margin", windows=(91, 364), needs=("margin",))
def margin(facts: Facts, window: int) -> Matrix:
    """Margin of the orders of the window that state one (the company's currency)."""
    return facts.sum("margin", window)


@feature(source="orders", unit=SHARE, about="margin", windows=(364,), needs=("margin",), null="nothing spent")
def margin_share(facts: Facts, window: int) -> Matrix:
    """Margin over amount, of the orders of the window that state a margin (share)."""
    return divide(facts.sum("margin", window), facts.sum("amount", window, where=pl.col("margin").is_not_null()))


@feature(source="returns", unit=ORDERS, about="returns", windows=(91, 364), needs=("is_return",), actionable=True)
def returned_orders(facts: Facts, window: int) -> Matrix:
    """Returns of the window (count)."""
    return facts.count(window)


@feature(source="returns", unit=MONEY, about="returns", windows=(364,), needs=("is_return",))
def returned_amount(facts: Facts, window: int) -> Matrix:
    """Amount of the returns of the window (the company's currency)."""
    return facts.sum("back", window)


@feature(source="returns", unit=DAYS, about="returns", needs=("is_return",), null="no return yet")
def days_since_return(facts: Facts) -> Matrix:
    """Time since the newest return (days)."""
    return facts.days_since()
