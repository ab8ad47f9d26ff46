"""The best prices, by cutting planes.

Each evaluation at some prices gives planes that lie below the bound and touch it there, one for the customers and
one for the capacities. The lowest point above all planes is tried next, on the way from the best point so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from lealtad.worklist.allocation.prices import PricedChoice, Problem, choose_at_prices

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 150
_INWARD = 0.3  # share of the way to the lowest point: full steps jump about
_ROUGH, _FINE = 1e-4, 1e-7  # relative distance of the bounds at which prices are good enough
_NEAR_BY = 20_000  # customers whose choice may still change when the prices are made fine
_UNDECIDED = 1e-6  # of the currency: nearer than the prices are exact
_REFINED = 6  # times at most


def find_prices(problem: Problem, begin: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return prices whose bound is least, or nearly: roughly among all customers, then finely among those near.

    Parameters
    ----------
    begin
        Prices of a problem that differs a little: the rough part is left out.
    """
    prices = np.zeros(len(problem.gains)) if begin is None else begin
    if problem.gains.shape[1] <= _NEAR_BY:
        return _lower_bound(problem, prices, _FINE)[0]
    prices, best = (
        _lower_bound(problem, prices, _ROUGH) if begin is None else (prices, choose_at_prices(problem, prices))
    )
    for _ in range(_REFINED):
        fine, _near = _lower_bound(_restrict_to_nearby(problem, prices, best), prices, _FINE)
        found = choose_at_prices(problem, fine)
        if found.bound >= best.bound * (1 - _FINE):
            return fine if found.bound < best.bound else prices
        prices, best = fine, found
    return prices


def compute_distances(
    gains: NDArray[np.float64], prices: NDArray[np.float64], choice: PricedChoice
) -> NDArray[np.float64]:
    """Return by customer what the second-best option loses against the best one; infinite where there is none."""
    second = np.where(choice.action >= 0, choice.best, np.inf)  # none is an option of everybody
    for number, price in enumerate(prices):
        loss = choice.best - (gains[number] - price)
        loss[choice.action == number] = np.inf
        np.minimum(second, loss, out=second)
    return second


def compute_width(second: NDArray[np.float64], customers: int) -> float:
    """Return the distance within which so many have a second choice, the undecided left out; infinite for all."""
    decided = second[second > _UNDECIDED]
    if customers >= len(decided):
        return np.inf
    return float(np.partition(decided, customers)[customers])


def _restrict_to_nearby(problem: Problem, prices: NDArray[np.float64], choice: PricedChoice) -> Problem:
    second = compute_distances(problem.gains, prices, choice)
    near = second <= compute_width(second, _NEAR_BY)
    stay = choice.action[~near]
    settled = np.bincount(stay[stay >= 0], minlength=len(prices)).astype(np.float64)
    return Problem(problem.gains[:, near], problem.rows, settled)


@dataclass
class _Planes:
    """Planes below the two parts of the bound: slope and height at the origin."""

    slopes: list[NDArray[np.float64]] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    def touch(self, prices: NDArray[np.float64], choice: PricedChoice) -> None:
        self.slopes += [-choice.wanted, choice.given]
        self.heights += [float(choice.best.sum() + choice.wanted @ prices), 0.0]
        self.parts += [0, 1]


def _lower_bound(
    problem: Problem, begin: NDArray[np.float64], near: float
) -> tuple[NDArray[np.float64], PricedChoice]:
    """Lower the bound until it is this near, relatively, to what no prices can pass."""
    highest = np.maximum(problem.gains.max(axis=1, initial=0.0), 0.0)  # at which nobody would choose the action
    planes, kept = _Planes(), np.minimum(begin, highest)
    best = choose_at_prices(problem, kept)
    planes.touch(kept, best)
    for _ in range(_ROUNDS):
        target, below = _find_lowest_point(planes, highest)
        if best.bound - below <= near * max(1.0, abs(best.bound)):
            break
        trial = kept + _INWARD * (target - kept)
        found = choose_at_prices(problem, trial)
        planes.touch(trial, found)
        if found.bound >= best.bound:
            trial = target
            found = choose_at_prices(problem, trial)
            planes.touch(trial, found)
        if found.bound < best.bound:
            best, kept = found, trial
    return kept, best


def _find_lowest_point(planes: _Planes, highest: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return the prices at which the highest planes are lowest in sum, and that sum."""
    from scipy.optimize import linprog

    heights = np.array(planes.heights)
    scale = max(1.0, float(np.abs(heights).max()))
    parts = np.eye(2)[planes.parts]
    slopes = np.array(planes.slopes) * (highest / scale)
    found = linprog(
        np.append(np.zeros(len(highest)), [1.0, 1.0]),
        A_ub=np.column_stack([slopes, -parts]),
        b_ub=-heights / scale,
        bounds=[*[(0.0, 1.0)] * len(highest), (None, None), (None, None)],
        method="highs-ds",
    )
    return found.x[:-2] * highest, float(found.fun) * scale
