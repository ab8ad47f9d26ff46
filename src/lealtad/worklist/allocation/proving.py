"""An allocation and its proof: prices, a small core, and a wider core where the small one does not settle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.worklist.allocation.core import find_core
from lealtad.worklist.allocation.cutting import compute_distances, compute_width, find_prices
from lealtad.worklist.allocation.prices import Problem, choose_at_prices
from lealtad.worklist.allocation.solving import solve, write_program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.core import Core
    from lealtad.worklist.allocation.prices import PricedChoice

_FIRST = 1_000  # customers of the first core
_WIDER = 4
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
    choice: PricedChoice
    second: NDArray[np.float64]

    def core(self, within: float) -> Core:
        return find_core(self.problem.gains, self.prices, self.choice, self.second, within)


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
    priced = _price(problem, find_prices(problem, begin))
    attempt, within = _find_best_attempt(priced)
    # a better allocation would lie in the core, unless the core is narrower than what is missing
    inside = priced.choice.bound - attempt.gain <= within
    bound = min(attempt.bound, priced.choice.bound) if inside else priced.choice.bound
    return Proof(attempt.action, attempt.gain, max(bound, attempt.gain), priced.prices)


def _price(problem: Problem, prices: NDArray[np.float64]) -> _Priced:
    choice = choose_at_prices(problem, prices)
    return _Priced(problem, prices, choice, compute_distances(problem.gains, prices, choice))


def _find_best_attempt(priced: _Priced) -> tuple[_Attempt, float]:
    """Solve wider and wider cores until nothing better can lie outside, or the core gets too large."""
    best: _Attempt | None = None
    customers, within = _FIRST, 0.0
    while best is None or within < priced.choice.bound - best.gain:
        missing = np.inf if best is None else priced.choice.bound - best.gain
        wider = _widen(min(compute_width(priced.second, customers), missing))
        of = priced.core(wider)
        if best is not None and len(of.sizes) > _LARGEST:
            break
        attempt = _solve_core(priced, of)
        if attempt is not None and (best is None or attempt.gain >= best.gain):
            best, within = attempt, wider
        customers *= _WIDER
    return best, within


def _solve_core(priced: _Priced, of: Core) -> _Attempt | None:
    solved = solve(write_program(of, priced.problem.rows, priced.prices))
    if solved is None:
        return None
    action = of.settled.copy()
    action[of.customers] = _assign_members(of, solved.counts)
    listed = np.flatnonzero(action >= 0)
    gain = float(priced.problem.gains[action[listed], listed].sum())
    return _Attempt(action, gain, gain if solved.proven else float(priced.choice.best.sum()) - solved.cost)


def _assign_members(of: Core, counts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Give each kind's options to its members, the first customers first."""
    order = np.argsort(of.kind, kind="stable")
    options = np.append(np.arange(counts.shape[1] - 1), -1)
    action = np.empty(len(order), dtype=np.int32)
    action[order] = np.repeat(np.tile(options, len(counts)), counts.ravel())
    return action


def _widen(missing: float) -> float:
    return missing * (1 + _EXACT) + _EXACT
