"""An allocation and its proof: prices, a small core, and a wider core where the small one does not settle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.worklist.allocation.core import core
from lealtad.worklist.allocation.cutting import distances, find_prices, width
from lealtad.worklist.allocation.prices import Problem, choose
from lealtad.worklist.allocation.solving import program, solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.core import Core
    from lealtad.worklist.allocation.prices import Choice

_FIRST = 1_000  # customers of the first core
_LARGEST = 50_000  # kinds in a core: beyond it the distance is stated instead of closed
_EXACT = 1e-9


@dataclass(frozen=True)
class Proof:
    """The best allocation that was found, and the bound that no other exceeds.

    Attributes
    ----------
    action
        By customer, the index of the action; -1 for none.
    gain
        What it gains in all.
    bound
        At least the gain; equal where the allocation is proven best.
    prices
        By action, what one more use of it would bring.
    """

    action: NDArray[np.int32]
    gain: float
    bound: float
    prices: NDArray[np.float64]


@dataclass(frozen=True)
class _Priced:
    """The problem at the best prices: what each would choose, and how far the second choice is."""

    problem: Problem
    prices: NDArray[np.float64]
    choice: Choice
    second: NDArray[np.float64]

    def core(self, within: float) -> Core:
        return core(self.problem.gains, self.prices, self.choice, self.second, within)


@dataclass(frozen=True)
class _Attempt:
    """The best allocation of a core, and what none in the core exceeds."""

    action: NDArray[np.int32]
    gain: float
    bound: float


def prove(problem: Problem, begin: NDArray[np.float64] | None = None) -> Proof:
    """Allocate actions to customers, each customer at most one.

    Parameters
    ----------
    problem
        Without settled customers.
    begin
        Prices of a problem that differs a little, to be faster.
    """
    priced = _at(problem, find_prices(problem, begin))
    attempt, within = _first(priced)
    missing = _widened(priced.choice.bound - attempt.gain)
    if missing > within:
        wide = priced.core(missing)
        again = _attempt(priced, wide) if len(wide.sizes) <= _LARGEST else None
        if again is not None and again.gain >= attempt.gain:
            attempt, within = again, missing
    # a better allocation would lie in the core, unless the core is narrower than what is missing
    inside = priced.choice.bound - attempt.gain <= within
    bound = min(attempt.bound, priced.choice.bound) if inside else priced.choice.bound
    return Proof(attempt.action, attempt.gain, max(bound, attempt.gain), priced.prices)


def _at(problem: Problem, prices: NDArray[np.float64]) -> _Priced:
    choice = choose(problem, prices)
    return _Priced(problem, prices, choice, distances(problem.gains, prices, choice))


def _first(priced: _Priced) -> tuple[_Attempt, float]:
    """Solve the smallest core that can be solved; that of all customers always can."""
    customers = _FIRST
    while True:
        within = width(priced.second, customers)
        attempt = _attempt(priced, priced.core(within))
        if attempt is not None:
            return attempt, within
        customers *= 4


def _attempt(priced: _Priced, of: Core) -> _Attempt | None:
    solved = solve(program(of, priced.problem.rows))
    if solved is None:
        return None
    action = of.settled.copy()
    action[of.customers] = _members(of, solved.counts)
    listed = np.flatnonzero(action >= 0)
    gain = float(priced.problem.gains[action[listed], listed].sum())
    if solved.proven:
        return _Attempt(action, gain, gain)
    fixed = np.flatnonzero(of.settled >= 0)
    return _Attempt(action, gain, solved.bound + float(priced.problem.gains[of.settled[fixed], fixed].sum()))


def _members(of: Core, counts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Give each kind's actions to its members, the first customers first."""
    order = np.argsort(of.kind, kind="stable")
    rest = of.sizes - counts.sum(axis=1)
    shares = np.column_stack([counts, rest])
    names = np.append(np.arange(counts.shape[1]), -1)
    action = np.empty(len(order), dtype=np.int32)
    action[order] = np.repeat(np.tile(names, len(shares)), shares.ravel())
    return action


def _widened(missing: float) -> float:
    return missing * (1 + _EXACT) + _EXACT
