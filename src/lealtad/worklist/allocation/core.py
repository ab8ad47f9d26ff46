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

    from lealtad.worklist.allocation.prices import PricedChoice


_NOISE = 1e-12  # of the largest gain: what differs by less is alike


@dataclass(frozen=True)
class Core:
    """What is left to decide, alike customers taken together.

    Attributes
    ----------
    customers
        Index of each customer who is not settled, ascending.
    kind
        By such customer, the number of their kind: those of one kind lose the same by every option.
    losses
        Kind × option, the actions and then none; infinite for options outside of the core.
    sizes
        By kind, the number of customers.
    settled
        By customer, the action of those who are settled; -1 for none, and for those who are not.
    """

    customers: NDArray[np.int64]
    kind: NDArray[np.int64]
    losses: NDArray[np.float64]
    sizes: NDArray[np.int64]
    settled: NDArray[np.int32]


def find_core(
    gains: NDArray[np.float64],
    prices: NDArray[np.float64],
    choice: PricedChoice,
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
    best = choice.best[customers]
    losses = np.vstack([best - (gains[:, customers] - prices[:, None]), best])
    step = max(1.0, float(np.max(gains, initial=0.0))) * _NOISE
    losses = np.where(losses <= width, np.round(losses / step) * step, np.inf).T
    kinds, kind, sizes = np.unique(losses, axis=0, return_inverse=True, return_counts=True)
    settled = choice.action.copy()
    settled[customers] = -1
    return Core(customers, kind.ravel(), kinds, sizes, settled)
