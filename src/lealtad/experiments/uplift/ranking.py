"""Rows in the order of an estimate, ties together, counted as often as a bootstrap draw counts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """An order of rows from the largest estimate down.

    Attributes
    ----------
    order
        Positions of the rows.
    ends
        Where in the order each group of equal estimates ends.
    """

    order: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def from_estimate(cls, estimate: ArrayLike) -> Ranking:
        """Order rows by an estimate.

        Examples
        --------
        >>> ranking = Ranking.from_estimate([0.1, 0.3, 0.3])
        >>> ranking.order.tolist(), ranking.ends.tolist()
        ([2, 1, 0], [1, 2])
        """
        values = np.asarray(estimate, dtype=np.float64)
        order = np.argsort(values, kind="mergesort")[::-1]
        ends = np.r_[np.flatnonzero(np.diff(values[order])), len(values) - 1]
        return cls(order, ends)

    def sum_up(self, values: Floats) -> Floats:
        """Return the sums of values over the first rows, at the end of each group."""
        return np.asarray(np.cumsum(values[self.order])[self.ends])
