"""Purchases known as of a day: who bought what, how often and how long ago."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from lealtad.recommending.cells import keep_least, mark_cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from numpy.typing import NDArray

    from lealtad.recommending.purchases import Floats, Ints, Purchases

LEAST_BUYERS = 20
MOST_PRODUCTS = 4000


@dataclass(frozen=True)
class History:
    """Purchases before a day, of products with enough buyers; customers and products are renumbered.

    Attributes
    ----------
    day
        The as-of date, in days since 1970.
    customers, products
        Positions in the purchases' lists of ids.
    ids
        The ids of the customers.
    customer, product, order
        Positions of each purchase, by customer and oldest first.
    age
        Days between a purchase and the as-of date.
    amount, units
        Money and pieces of each purchase; an unknown amount is NaN.
    returned
        Customer × product: number of returns.
    returned_age
        Customer × product: 1 + days since the last return; no entry if there was none.
    first_day
        The first day of all purchases.
    since_bad
        By customer the days since the newest bad experience; infinite without one.
    """

    day: float
    customers: Ints
    products: Ints
    ids: pl.Series
    customer: Ints
    product: Ints
    order: Ints
    age: Floats
    amount: Floats
    units: Floats
    returned: sparse.csr_matrix
    returned_age: sparse.csr_matrix
    first_day: float
    since_bad: Floats

    @classmethod
    def build(
        cls,
        purchases: Purchases,
        day: float,
        least_buyers: int = LEAST_BUYERS,
        products: Ints | None = None,
    ) -> History:
        """Build the history of purchases before a day.

        Parameters
        ----------
        least_buyers
            Customers who must have bought a product before the day.
        products
            The products to keep, whatever their number of buyers, for example those of a history that was learned
            from. None: the products with enough buyers, at most 4,000.
        """
        past = purchases.before(day)
        sold = past.select(~past.is_return)
        if products is None:
            products = _choose_products(sold, least_buyers)
        place = _invert(products, len(past.products))
        sold = sold.select(place[sold.product] >= 0)
        sold = sold.select(np.lexsort((sold.day, sold.customer)))
        customers = np.unique(sold.customer)
        row = _invert(customers, len(past.customers))
        back = past.select(past.is_return)
        back = back.select((place[back.product] >= 0) & (row[back.customer] >= 0))
        cells, shape = (row[back.customer], place[back.product]), (len(customers), len(products))
        return cls(
            day,
            customers,
            products,
            past.customers.gather(customers),
            row[sold.customer],
            place[sold.product],
            np.unique(sold.order, return_inverse=True)[1],
            day - sold.day,
            sold.amount,
            sold.units,
            sparse.csr_matrix((np.ones(len(back.day)), cells), shape=shape),
            keep_least(cells, 1 + day - back.day, shape),
            purchases.first_day,
            purchases.experiences.count_days_since(day, customers),
        )

    def split(self, size: int) -> Iterator[History]:
        """Yield the histories of `size` customers at a time, with the same products."""
        for start in range(0, len(self.customers), size):
            end = min(start + size, len(self.customers))
            first, last = np.searchsorted(self.customer, (start, end))
            inside = slice(first, last)
            yield replace(
                self,
                customers=self.customers[start:end],
                ids=self.ids[start:end],
                customer=self.customer[inside] - start,
                product=self.product[inside],
                order=np.unique(self.order[inside], return_inverse=True)[1],
                age=self.age[inside],
                amount=self.amount[inside],
                units=self.units[inside],
                returned=self.returned[start:end],
                returned_age=self.returned_age[start:end],
                since_bad=self.since_bad[start:end],
            )

    @property
    def shape(self) -> tuple[int, int]:
        """How many customers and products there are."""
        return len(self.customers), len(self.products)

    @cached_property
    def bought(self) -> sparse.csr_matrix:
        """Customer × product: 1 where the customer had bought it."""
        return mark_cells(self.counts)

    @cached_property
    def counts(self) -> sparse.csr_matrix:
        """Customer × product: baskets with the product."""
        ones = np.ones(len(self.age), dtype=np.float32)
        return sparse.csr_matrix((ones, (self.customer, self.product)), shape=self.shape)

    def decay(self, half_life: float) -> sparse.csr_matrix:
        """Return customer × product: baskets with the product, each halved per `half_life` days of age."""
        weights = (0.5 ** (self.age / half_life)).astype(np.float32)
        return sparse.csr_matrix((weights, (self.customer, self.product)), shape=self.shape)

    def mark_window(self, youngest: float, oldest: float) -> sparse.csr_matrix:
        """Return customer × product: 1 where bought, with an age from `youngest` to below `oldest` days."""
        return mark_cells(self.count_window(youngest, oldest))

    def count_window(self, youngest: float, oldest: float) -> sparse.csr_matrix:
        """Return customer × product: baskets with an age from `youngest` to below `oldest` days."""
        inside = (self.age >= youngest) & (self.age < oldest)
        ones = np.ones(int(inside.sum()), dtype=np.float32)
        return sparse.csr_matrix((ones, (self.customer[inside], self.product[inside])), shape=self.shape)

    def look_back(self, days: float) -> History:
        """Return the history as of that many days ago; returns and experiences stay as of now."""
        inside = self.age >= days
        return replace(
            self,
            day=self.day - days,
            customer=self.customer[inside],
            product=self.product[inside],
            order=np.unique(self.order[inside], return_inverse=True)[1],
            age=self.age[inside] - days,
            amount=self.amount[inside],
            units=self.units[inside],
        )

    def count_buyers(self, youngest: float, oldest: float) -> Floats:
        """Return by product the number of customers who bought it within a range of ages."""
        return sum_columns(self.mark_window(youngest, oldest))

    @cached_property
    def firsts(self) -> tuple[Ints, Ints, Floats]:
        """The first purchase of each customer and product: both, and its age in days."""
        order = np.lexsort((-self.age, self.product, self.customer))
        key = (self.customer * self.shape[1] + self.product)[order]
        first = order[np.flatnonzero(np.append(True, key[1:] != key[:-1]))] if len(key) else order
        return self.customer[first], self.product[first], self.age[first]

    @cached_property
    def has_last_year(self) -> bool:
        """Whether purchases go back more than a year before the as-of date."""
        return self.first_day <= self.day - 365

    def find_truth(self, purchases: Purchases, horizon_days: float) -> sparse.csr_matrix:
        """Return customer × product: 1 where bought in the days from the as-of date on."""
        ahead = purchases.between(self.day, self.day + horizon_days)
        ahead = ahead.select(~ahead.is_return)
        row = _invert(self.customers, len(purchases.customers))[ahead.customer]
        column = _invert(self.products, len(purchases.products))[ahead.product]
        is_known = (row >= 0) & (column >= 0)
        ones = np.ones(int(is_known.sum()), dtype=np.float32)
        return mark_cells(sparse.csr_matrix((ones, (row[is_known], column[is_known])), shape=self.shape))


def sum_columns(matrix: sparse.csr_matrix) -> Floats:
    """Return the sum of each column."""
    return np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()


def drop_cells(matrix: sparse.csr_matrix, dropped: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the entries of a matrix of ones that are not in another matrix."""
    remaining = (matrix - matrix.multiply(dropped)).tocsr()
    remaining.eliminate_zeros()
    return remaining


def read_cells(matrix: sparse.csr_matrix, row: Ints, column: Ints) -> NDArray[np.float32]:
    """Return the values of some cells; 0 if there is no entry."""
    if not len(row):
        return np.zeros(0, dtype=np.float32)
    return np.asarray(matrix[row, column], dtype=np.float32).ravel()


def _choose_products(sold: Purchases, least_buyers: int) -> Ints:
    """Return the products with enough buyers; if there are too many, those with the most buyers."""
    count = len(sold.products)
    pairs = np.unique(sold.customer * count + sold.product)
    buyers = np.bincount(pairs % max(count, 1), minlength=count)
    popular = np.argsort(-buyers, kind="stable")[:MOST_PRODUCTS]
    return np.sort(popular[buyers[popular] >= least_buyers])


def _invert(chosen: Ints, size: int) -> Ints:
    """Return the position of each number among the chosen; -1 for others."""
    place = np.full(size, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    return place
