"""Support of an offer: the share of buyers of one product who also bought the other, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.intervals import Z, compute_wilson_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.recommending.history import History
    from lealtad.recommending.purchases import Floats, Ints


@dataclass(frozen=True)
class Support:
    """How often two products are bought by the same customers.

    Attributes
    ----------
    both
        Product × product: customers who bought both; on the diagonal, customers who bought it.
    low
        Product × product: lower bound of the 95 % interval of the share of the buyers of the first who bought the
        second too.
    customers
        How many customers there are.
    """

    both: NDArray[np.float32]
    low: NDArray[np.float32]
    customers: int

    @classmethod
    def count(cls, history: History) -> Support:
        """Count the customers of a history."""
        both = (history.bought.T @ history.bought).toarray().astype(np.float32)
        buyers = np.maximum(np.diag(both), 1.0)[:, None].repeat(len(both), axis=1)
        low, _ = compute_wilson_interval(both.astype(np.float64), buyers.astype(np.float64))
        bound: NDArray[np.float32] = np.asarray(low, dtype=np.float32)
        bound[np.diag_indices_from(bound)] = 0.0
        return cls(both, bound, history.shape[0])

    def explain(self, history: History, customer: Ints, product: Ints) -> pl.DataFrame:
        """Return, for products new to customers, the customer's own product that goes best with each.

        Parameters
        ----------
        customer, product
            Positions in the history, whose products are those that were counted.

        Returns
        -------
        `because` (position of the own product), `buyers` (customers who bought that), `share, share_low,
        share_high` (how many of them bought the offered one too), `usual` (share of all customers who did).
        """
        owned = history.bought[customer].tocoo()
        gain = self.low[owned.col, product[owned.row]] - self._usual()[product[owned.row]]
        because = owned.col[_find_largest(owned.row, gain)].astype(np.int64)
        buyers = np.diag(self.both)[because].astype(np.float64)
        hits = self.both[because, product].astype(np.float64)
        low, high = compute_wilson_interval(hits, np.maximum(buyers, 1.0))
        return pl.DataFrame(
            {
                "because": because,
                "buyers": buyers.astype(np.int64),
                "share": hits / np.maximum(buyers, 1.0),
                "share_low": low,
                "share_high": high,
                "usual": self._usual()[product],
            }
        )

    def list_pairs(self, most: int = 100) -> pl.DataFrame:
        """Return the pairs bought together most, relative to their popularity.

        Returns
        -------
        `first, second` (positions), `both, buyers, share, share_low, share_high, usual, strength`, best first; of
        two directions the one with the higher share. `strength` is the lower bound over what chance explains.
        """
        usual = self._usual()
        expected = np.maximum(usual[None, :], 1e-9)
        strength = np.log(np.maximum(self.low, 1e-12) / expected)
        # pairs of few customers are dropped: the number must also be beyond chance
        chance = np.diag(self.both)[:, None] * expected
        beyond = self.both - chance > Z * np.sqrt(chance) + 1
        strength = np.where(beyond, strength * np.sqrt(self.both), -np.inf)
        strength = np.where(strength >= strength.T, strength, -np.inf)
        strength[np.diag_indices_from(strength)] = -np.inf
        flat = np.argsort(-strength, axis=None, kind="stable")[:most]
        first, second = np.unravel_index(flat[np.isfinite(strength.ravel()[flat])], strength.shape)
        buyers = np.diag(self.both)[first].astype(np.float64)
        hits = self.both[first, second].astype(np.float64)
        low, high = compute_wilson_interval(hits, np.maximum(buyers, 1.0))
        return pl.DataFrame(
            {
                "first": first.astype(np.int64),
                "second": second.astype(np.int64),
                "both": hits.astype(np.int64),
                "buyers": buyers.astype(np.int64),
                "share": hits / np.maximum(buyers, 1.0),
                "share_low": low,
                "share_high": high,
                "usual": usual[second],
                "strength": strength[first, second],
            }
        ).unique(["first", "second"], keep="first", maintain_order=True)

    def _usual(self) -> Floats:
        usual: Floats = np.diag(self.both).astype(np.float64) / max(self.customers, 1)
        return usual


def _find_largest(group: Ints, value: Floats) -> Ints:
    """Return the place of the largest value of each group, the first of equal ones; groups are in order."""
    starts = (
        np.flatnonzero(np.append(True, group[1:] != group[:-1])) if len(group) else np.zeros(0, dtype=np.int64)
    )
    if not len(starts):
        return starts
    largest = np.maximum.reduceat(value, starts)
    sizes = np.diff(np.append(starts, len(group)))
    places = np.flatnonzero(value == np.repeat(largest, sizes))
    first = np.searchsorted(places, starts)
    return np.asarray(places[first])
