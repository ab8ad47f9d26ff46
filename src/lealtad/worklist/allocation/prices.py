"""Prices of the actions: the dual problem of the allocation.

Every action gets a price. Then each customer chooses independently, and the limits alone decide how often each
action is best used. Together these choices bound the worth of every allocation from above. The best prices
minimise that bound. They need not be exact: any prices give a valid bound.

The best prices are found by cutting planes. Each evaluation gives two planes, for the customers and for the
limits, that are below the bound and touch it at the prices. The lowest point above all planes is evaluated next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.limits import Limits

    Floats = NDArray[np.float64]

_ROUNDS = 150
_INWARD = 0.3  # share of the step to the lowest point; full steps oscillate
_CLOSE = 1e-9  # relative distance of the bounds at which the search stops


@dataclass(frozen=True)
class PricedChoice:
    """The choices of customers and limits at given prices.

    Attributes
    ----------
    prices
        By action.
    best
        By customer, the worth of the best action above its price; 0 if no action is worth its price.
    action
        By customer, the index of that action; -1 for none.
    wanted, offered
        By action, how often the customers choose it, and how often the limits would best use it.
    bound
        Upper bound of the worth of any allocation.
    """

    prices: Floats
    best: Floats
    action: NDArray[np.int32]
    wanted: Floats
    offered: Floats
    bound: float


def choose_at_prices(weight: Floats, limits: Limits, prices: Floats) -> PricedChoice:
    """Compute the choices at these prices, one per action and at least 0."""
    best = np.zeros(weight.shape[1])
    action = np.full(weight.shape[1], -1, dtype=np.int32)
    for number, price in enumerate(prices):
        beyond = weight[number] - price
        better = beyond > best
        best[better] = beyond[better]
        action[better] = number
    wanted = np.bincount(action[action >= 0], minlength=len(prices)).astype(np.float64)
    offered = limits.find_best_uses(prices, np.isfinite(weight).sum(axis=1))
    return PricedChoice(prices, best, action, wanted, offered, float(best.sum() + prices @ offered))


def find_prices(weight: Floats, limits: Limits) -> PricedChoice:
    """Return the choices at the prices with the (nearly) smallest bound.

    Parameters
    ----------
    weight
        Action × customer; minus infinity where there is no option.
    limits
        Budget and capacities.
    """
    highest = np.maximum(weight.max(axis=1, initial=0.0), 0.0)  # at this price nobody chooses the action
    planes = _Planes()
    best, highest_below, is_moving = choose_at_prices(weight, limits, np.zeros(len(weight))), -np.inf, True
    planes.touch(best)
    for _ in range(_ROUNDS):
        target, below = _find_lowest_point(planes, highest)
        is_close = best.bound - below <= _CLOSE * max(1.0, abs(best.bound))
        if is_close or not (is_moving or below > highest_below):
            break
        highest_below, is_moving = max(below, highest_below), False
        for step in (_INWARD, 1.0):
            trial = choose_at_prices(weight, limits, best.prices + step * (target - best.prices))
            planes.touch(trial)
            if trial.bound < best.bound:
                best, is_moving = trial, True
                break
    return best


@dataclass
class _Planes:
    """Planes below the two parts of the bound: slope and height at the origin."""

    slopes: list[Floats] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    def touch(self, choice: PricedChoice) -> None:
        self.slopes += [-choice.wanted, choice.offered]
        self.heights += [float(choice.best.sum() + choice.wanted @ choice.prices), 0.0]
        self.parts += [0, 1]


def _find_lowest_point(planes: _Planes, highest: Floats) -> tuple[Floats, float]:
    """Return the prices that minimise the sum of the highest planes, and that sum."""
    from scipy.optimize import linprog

    heights = np.array(planes.heights)
    scale = max(1.0, float(np.abs(heights).max()))
    parts = np.eye(2)[planes.parts]
    slopes = np.array(planes.slopes) * (highest / scale)
    result = linprog(
        np.append(np.zeros(len(highest)), [1.0, 1.0]),
        A_ub=np.column_stack([slopes, -parts]),
        b_ub=-heights / scale,
        bounds=[*[(0.0, 1.0)] * len(highest), (None, None), (None, None)],
        method="highs-ds",
    )
    return result.x[:-2] * highest, float(result.fun) * scale
