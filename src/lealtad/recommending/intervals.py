"""Days until people buy a product again: own intervals, shrunk to the product's, and the hazard of a return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from lealtad.recommending.history import History
    from lealtad.recommending.purchases import Floats, Ints

_SAME_VISIT = 0.5  # days: purchases closer together are not an interval
_USUAL_DAYS, _WEIGHT_OF_USUAL, _WEIGHT_OF_PRODUCT = 60.0, 3.0, 2.0
_EDGES = np.array([0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 9.0, np.inf])
_EARLY, _LATE = 0.7, 1.5  # of the interval
EARLY = "early"


@dataclass(frozen=True)
class Intervals:
    """Purchase intervals by customer and product: their regularity, and the progress of the current one.

    Attributes
    ----------
    customer, product
        The pairs, by customer, then product.
    times, last, first
        Baskets with the product; days since the newest and the oldest.
    days
        The expected days between two purchases: the own mean, shrunk to the product's.
    count
        Number of the customer's own intervals.
    usual
        The product's mean interval, by pair.
    spread
        Standard deviation of the own intervals in days; 0 if there are fewer than two.
    """

    customer: Ints
    product: Ints
    times: Ints
    last: Floats
    first: Floats
    days: Floats
    count: Ints
    usual: Floats
    spread: Floats

    @classmethod
    def measure(cls, history: History, usual_days: Floats | None = None) -> Intervals:
        """Measure the intervals of a history.

        Parameters
        ----------
        usual_days
            The mean interval of each product, as a larger history shows it; None: of this one.
        """
        order = np.lexsort((-history.age, history.product, history.customer))
        age, products = history.age[order], history.shape[1]
        key = (history.customer * products + history.product)[order]
        is_first = np.append(True, key[1:] != key[:-1]) if len(key) else np.zeros(0, dtype=bool)
        starts = np.flatnonzero(is_first)
        ends = np.append(starts[1:], len(key))
        pair = np.cumsum(is_first) - 1
        gap = np.append(0.0, age[:-1] - age[1:]) if len(age) else np.zeros(0)
        counts = ~is_first & (gap >= _SAME_VISIT)
        count = np.bincount(pair, counts, len(starts))
        total = np.bincount(pair, gap * counts, len(starts))
        squares = np.bincount(pair, gap**2 * counts, len(starts))
        product = history.product[order][starts]
        if usual_days is None:
            usual_days = average_by_product(product, count, total, products)
        usual = usual_days[product]
        mean = total / np.maximum(count, 1)
        return cls(
            history.customer[order][starts],
            product,
            ends - starts,
            age[ends - 1] if len(age) else age,
            age[starts],
            (total + _WEIGHT_OF_PRODUCT * usual) / (count + _WEIGHT_OF_PRODUCT),
            count.astype(np.int64),
            usual,
            np.sqrt(np.maximum(squares / np.maximum(count, 1) - mean**2, 0.0)),
        )

    @property
    def progress(self) -> Floats:
        """Days since the last purchase over the expected interval: 1 is when the customer is due."""
        return self.last / self.days


def express_timing(progress: pl.Expr) -> pl.Expr:
    """Express the timing, early, due or overdue, from the days since the last purchase over the expected days.

    Examples
    --------
    >>> pl.select(express_timing(pl.lit(pl.Series([0.2, 1.0, 3.0])))).to_series().to_list()
    ['early', 'due', 'overdue']
    """
    late = pl.when(progress > _LATE).then(pl.lit("overdue")).otherwise(pl.lit("due"))
    return pl.when(progress < _EARLY).then(pl.lit(EARLY)).otherwise(late)


def average_by_product(product: Ints, count: Floats, total: Floats, products: int) -> Floats:
    """Return the mean interval of each product in days, shrunk to 60 days where few are known.

    Examples
    --------
    >>> average_by_product(np.array([0]), np.array([97.0]), np.array([97.0 * 30]), 2).round(1)
    array([30.9, 60. ])
    """
    intervals = np.bincount(product, count, products)
    days = np.bincount(product, total, products)
    return (days + _WEIGHT_OF_USUAL * _USUAL_DAYS) / (intervals + _WEIGHT_OF_USUAL)


@dataclass(frozen=True)
class Hazard:
    """The probability of buying again within the horizon, by progress, learned from buyers of a horizon ago.

    Attributes
    ----------
    edges
        Bounds of the bins of progress.
    rate
        The share of pairs in a bin that were bought again in the following horizon.
    """

    edges: Floats
    rate: Floats

    @classmethod
    def learn(cls, earlier: Intervals, came_back: Floats) -> Hazard:
        """Learn from the pairs of an earlier date and whether each was bought in the horizon after it."""
        bin_of = np.searchsorted(_EDGES, earlier.progress, side="right") - 1
        size = len(_EDGES) - 1
        mean = (came_back.sum() + 1) / (len(came_back) + 2)
        hits = np.bincount(bin_of, came_back, size)
        return cls(_EDGES, (hits + 20 * mean) / (np.bincount(bin_of, minlength=size) + 20))

    def read(self, intervals: Intervals) -> Floats:
        """Return the hazard of each pair."""
        rates: Floats = self.rate[np.searchsorted(self.edges, intervals.progress, side="right") - 1]
        return rates
