"""The core: the few customers whose choice prices alone do not settle.

At given prices every customer has a best option (an action or none), and every other option loses something
against it. The bound of the prices less all losses is what an allocation gains at most. So an allocation that
gains more than a known one has no option that loses more than the distance between the bound and the known gain,
and whoever has but one option within that distance is settled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.prices import Choice


@dataclass(frozen=True)
class Core:
    """What is left to decide, alike customers taken together.

    Attributes
    ----------
    customers
        Index of each customer who is not settled, ascending.
    kind
        By such customer, the number of their kind: those of one kind gain the same from every action.
    gains
        Kind × action; minus infinity for options outside of the core.
    sizes
        By kind, the number of customers.
    settled
        By customer, the action of those who are settled; -1 for none, and for those who are not.
    """

    customers: NDArray[np.int64]
    kind: NDArray[np.int64]
    gains: NDArray[np.float64]
    sizes: NDArray[np.int64]
    settled: NDArray[np.int32]


def core(
    gains: NDArray[np.float64],
    prices: NDArray[np.float64],
    choice: Choice,
    second: NDArray[np.float64],
    width: float,
) -> Core:
    """Return what is left to decide when only options that lose at most `width` are considered.

    Parameters
    ----------
    gains
        Action × customer; minus infinity where the customer may not get the action.
    prices, choice
        By action, and what all choose at these prices.
    second
        By customer, what the second-best option loses.
    """
    customers = np.flatnonzero(second <= width)
    options = gains[:, customers]
    loss = choice.best[customers] - (options - prices[:, None])
    options = np.where(loss <= width, options, -np.inf).T
    kinds, kind, sizes = np.unique(options, axis=0, return_inverse=True, return_counts=True)
    settled = choice.action.copy()
    settled[customers] = -1
    return Core(customers, kind.ravel(), kinds, sizes, settled)
