"""Candidates: pairs of a customer and a product, with numeric features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.recommending.purchases import Flags, Floats, Ints


@dataclass(frozen=True)
class Candidates:
    """Candidates by customer.

    Attributes
    ----------
    customer, product
        Positions in the history.
    values
        One row per candidate, one column per feature; unknown is NaN.
    names
        The names of the columns.
    """

    customer: Ints
    product: Ints
    values: NDArray[np.float32]
    names: tuple[str, ...]

    def select(self, chosen: Flags) -> Candidates:
        """Return some candidates."""
        return Candidates(self.customer[chosen], self.product[chosen], self.values[chosen], self.names)

    def read(self, name: str) -> NDArray[np.float32]:
        """Return one column."""
        return self.values[:, self.names.index(name)]


def rank_within(customer: Ints, score: Floats) -> Ints:
    """Return the place of each candidate within its customer, from 0; equal scores keep their order.

    Examples
    --------
    >>> rank_within(np.array([4, 4, 7]), np.array([0.1, 0.9, 0.5]))
    array([1, 0, 0])
    """
    order = np.lexsort((-score, customer))
    placed = customer[order]
    starts = np.flatnonzero(np.append(True, placed[1:] != placed[:-1])) if len(placed) else np.zeros(0, int)
    lengths = np.diff(np.append(starts, len(placed)))
    places = np.empty(len(score), dtype=np.int64)
    places[order] = np.arange(len(score)) - np.repeat(starts, lengths)
    return places
