"""Ties: if customers gain exactly the same from an action, those with the lower ids get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def settle_ties(gains: NDArray[np.float64], action: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give each action to the first among customers with equal gain and no other action; the total is unchanged.

    Parameters
    ----------
    gains
        Action × customer, customers in the order of their ids.
    action
        By customer, the index of the action; -1 for none.

    Examples
    --------
    >>> settle_ties(np.array([[5.0, 7.0, 5.0]]), np.array([-1, 0, 0], dtype=np.int32)).tolist()
    [0, 0, -1]
    """
    settled = action.copy()
    for number, gain in enumerate(gains):
        has = settled == number
        pool = np.flatnonzero((has | (settled == -1)) & np.isin(gain, gain[has]))
        pool = pool[np.argsort(gain[pool], kind="stable")]
        _, first, size = np.unique(gain[pool], return_index=True, return_counts=True)
        winners = np.add.reduceat(has[pool].astype(np.int64), first) if len(pool) else size
        rank = np.arange(len(pool)) - np.repeat(first, size)
        settled[pool] = np.where(rank < np.repeat(winners, size), number, -1)
    return settled
