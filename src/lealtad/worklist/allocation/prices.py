"""Prices of the actions: the dual of the allocation.

With a price on every action each customer chooses alone, and whoever runs the capacities chooses alone how often
each action is given. What both choose, counted at these prices, bounds every allocation from above. The best
prices make that bound least. They need not be exact: any prices give a true bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.resources import Resources


@dataclass(frozen=True)
class Problem:
    """Who can gain how much from what.

    Attributes
    ----------
    gains
        Action × customer; minus infinity where the customer may not get the action.
    rows
        Budget and capacities.
    settled
        By action, uses of customers who are no longer asked; None are none.
    """

    gains: NDArray[np.float64]
    rows: Resources
    settled: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class PricedChoice:
    """What all choose at given prices.

    Attributes
    ----------
    best
        By customer, what the best action gains beyond its price; 0 where none gains.
    action
        By customer, the index of that action; -1 for none.
    wanted, given
        By action, how often the customers choose it, and how often it is best given.
    bound
        No allocation gains more than this, gains of settled customers left out.
    """

    best: NDArray[np.float64]
    action: NDArray[np.int32]
    wanted: NDArray[np.float64]
    given: NDArray[np.float64]
    bound: float


def choose_at_prices(problem: Problem, prices: NDArray[np.float64]) -> PricedChoice:
    """Let customers and capacities choose at these prices, by action and at least 0."""
    gains = problem.gains
    best = np.zeros(gains.shape[1])
    action = np.full(gains.shape[1], -1, dtype=np.int32)
    for number, price in enumerate(prices):
        beyond = gains[number] - price
        better = beyond > best
        best[better] = beyond[better]
        action[better] = number
    wanted = np.bincount(action[action >= 0], minlength=len(prices)).astype(np.float64)
    given = _find_best_uses(problem, prices)
    return PricedChoice(best, action, wanted, given, float(best.sum() + prices @ given))


def _find_best_uses(problem: Problem, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by action the whole number of uses, beside the settled ones, that is worth most."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows = problem.rows
    settled = np.zeros(len(prices)) if problem.settled is None else problem.settled
    enough = settled + np.isfinite(problem.gains).sum(axis=1)
    limits = [LinearConstraint(rows.uses, -np.inf, rows.limits)] if len(rows.limits) else []
    found = milp(
        -prices, integrality=np.ones(len(prices)), bounds=Bounds(0, enough), constraints=limits, options=_EXACTLY
    )
    return np.asarray(np.rint(found.x) - settled, dtype=np.float64)


_EXACTLY = {"mip_rel_gap": 0.0}
