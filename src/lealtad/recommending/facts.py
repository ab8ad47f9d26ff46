"""Facts of products and of customers as of a day, from their purchases before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from lealtad.recommending.history import History
    from lealtad.recommending.purchases import Floats, Ints

_YEAR = 365.0


@dataclass(frozen=True)
class ProductFacts:
    """Facts by product: `columns` are features; the other attributes are used by several steps.

    Attributes
    ----------
    columns
        Shares of buyers by window, first purchases, trends, last year's season, age, price and category's size.
    category
        The number of its category.
    price
        Logarithm of the money per piece.
    recently
        Buyers within two horizons.
    """

    columns: dict[str, Floats]
    category: Ints
    price: Floats
    recently: Floats

    @classmethod
    def compute(cls, history: History, categories: Ints, horizon_days: float) -> ProductFacts:
        """Compute the facts; `categories` are of all products of the purchases."""
        customers, products = history.shape
        category = categories[history.products]
        buyers = history.count_buyers(0, np.inf)
        recent = {days: history.count_buyers(0, days) for days in (14, 28, 56, 182)}
        _, product, age = history.firsts
        firsts = {
            days: np.bincount(product[age < days], minlength=products).astype(float) for days in (28, 56, 112)
        }
        money = np.bincount(history.product, np.nan_to_num(history.amount), products)
        units = np.bincount(history.product, history.units, products)
        price = np.log(money / np.maximum(units, 1e-9) + 0.01)
        oldest, newest = np.zeros(products), np.full(products, np.inf)
        np.maximum.at(oldest, history.product, history.age)
        np.minimum.at(newest, history.product, history.age)
        columns = {
            "buyers": buyers / customers,
            **{f"buyers_{days}d": count / customers for days, count in recent.items()},
            **{f"first_buyers_{days}d": count / customers for days, count in firsts.items()},
            "trend": (recent[28] + 1) / (recent[182] + 4),
            "long_trend": (recent[56] + 1) / (buyers + 4),
            "share_of_firsts": (firsts[56] + 1) / (recent[56] + 2),
            "days_since_first_sale": oldest,
            "days_since_last_sale": newest,
            "price": price,
            "amount": np.log1p(money / np.maximum(np.bincount(history.product, minlength=products), 1)),
            "category_size": np.bincount(category)[category].astype(float) if products else np.zeros(0),
            **_compare_with_last_year(history, horizon_days, firsts[56]),
        }
        return cls(columns, category, price, history.count_buyers(0, 2 * horizon_days))


def _compare_with_last_year(history: History, horizon: float, firsts: Floats) -> dict[str, Floats]:
    """Return what the same season of last year was like; unknown where purchases do not go back so far."""
    customers, products = history.shape
    if not history.has_last_year:
        unknown = np.full(products, np.nan)
        return {"buyers_last_year": unknown, "season_last_year": unknown, "firsts_last_year": unknown}
    ahead = history.count_buyers(_YEAR - horizon, _YEAR)
    before = history.count_buyers(_YEAR, _YEAR + horizon)
    _, product, age = history.firsts
    inside = (age <= _YEAR) & (age > _YEAR - horizon)
    added = np.bincount(product[inside], minlength=products)
    return {
        "buyers_last_year": ahead / customers,
        "season_last_year": (ahead + 1) / (before + 1),
        "firsts_last_year": (added + 1) / (firsts + 1),
    }


@dataclass(frozen=True)
class CustomerFacts:
    """Facts by customer: `columns` are features; `price` is the mean logarithm of the money per piece."""

    columns: dict[str, Floats]
    price: Floats

    @classmethod
    def compute(cls, history: History, products: ProductFacts, horizon_days: float) -> CustomerFacts:
        """Compute the facts."""
        customers, _ = history.shape
        _, first = np.unique(history.order, return_index=True)
        owner, age = history.customer[first], history.age[first]
        baskets = {
            days: np.bincount(owner[age < days], minlength=customers).astype(float)
            for days in (28, 91, 182, np.inf)
        }
        last, tenure = np.full(customers, np.inf), np.zeros(customers)
        np.minimum.at(last, history.customer, history.age)
        np.maximum.at(tenure, history.customer, history.age)
        adder, _, first_age = history.firsts
        added = {
            times: np.bincount(adder[first_age < times * horizon_days], minlength=customers) for times in (1, 3)
        }
        lines = np.maximum(np.bincount(history.customer, minlength=customers), 1)
        recently = np.bincount(owner[age < 3 * horizon_days], minlength=customers)
        columns = {
            "baskets": baskets[np.inf],
            "baskets_28d": baskets[28],
            "baskets_91d": baskets[91],
            "baskets_182d": baskets[182],
            "products": np.asarray(history.bought.sum(axis=1), dtype=np.float64).ravel(),
            "days_since_order": last,
            "days_since_first_order": tenure,
            # customers with a recent bad experience buy less
            "days_since_bad": np.where(np.isfinite(history.since_bad), history.since_bad, np.nan),
            "added_1h": added[1].astype(float),
            "added_3h": added[3].astype(float),
            "added_per_basket": added[3] / np.maximum(recently, 1),
            "lines_per_basket": lines / np.maximum(baskets[np.inf], 1),
        }
        return cls(columns, np.bincount(history.customer, products.price[history.product], customers) / lines)


def cross_categories(matrix: sparse.csr_matrix, category: Ints) -> sparse.csr_matrix:
    """Return customer × category: the sums of a customer × product matrix."""
    count = int(category.max()) + 1 if len(category) else 1
    ones = np.ones(len(category), dtype=np.float32)
    member = sparse.csr_matrix((ones, (np.arange(len(category)), category)), shape=(len(category), count))
    return (matrix @ member).tocsr()
