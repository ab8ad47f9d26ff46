"""Nights of tens of thousands of contacts, too many for one program: solve a core, and prove it optimal.

At given prices every customer has a best option (an action or none). Every other option loses something against
it. An allocation is worth at most the bound minus all its losses. So an allocation better than a known one
contains no option that loses more than the distance between the bound and the known total. A customer with a
single option within that distance is settled; the others are the core. Customers of the core who lose the same by
every option are one kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.worklist.allocation.program import Assignment, Program, solve_program, sum_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.limits import Limits
    from lealtad.worklist.allocation.prices import PricedChoice

    Floats = NDArray[np.float64]

_FIRST = 1_000  # customers of the first core
_WIDER = 4
_LARGEST = 50_000  # kinds in a core; with more, the gap is reported instead of closed
_EXACT = 1e-9
_UNDECIDED = 1e-6  # in currency units: precision of the prices
_NOISE = 1e-12  # share of the largest weight below which weights count as equal


def solve_large_night(weight: Floats, limits: Limits, choice: PricedChoice) -> Assignment:
    """Solve cores of increasing width until no better solution can be outside, or the core gets too large.

    Parameters
    ----------
    weight
        Action × customer; minus infinity where there is no option.
    choice
        The choices at the best prices.
    """
    second = _compute_second_losses(weight, choice)
    best: Assignment | None = None
    customers, solved_width = _FIRST, 0.0
    while best is None or solved_width < choice.bound - best.total:
        missing = np.inf if best is None else choice.bound - best.total
        width = min(_find_width(second, customers), missing) * (1 + _EXACT) + _EXACT
        core = _find_core(weight, choice, second, width)
        if best is not None and len(core.sizes) > _LARGEST:
            break
        trial = _solve_core(weight, limits, choice, core)
        if trial is not None and (best is None or trial.total >= best.total):
            best, solved_width = trial, width
        customers *= _WIDER
    # a better assignment would be in the core, unless the core is narrower than the remaining gap
    is_inside = choice.bound - best.total <= solved_width
    bound = min(best.bound, choice.bound) if is_inside else choice.bound
    return Assignment(best.action, best.total, max(bound, best.total), choice.prices)


@dataclass(frozen=True)
class _Core:
    """The customers and options that are still undecided.

    Attributes
    ----------
    customers
        Positions of the customers who are not settled, ascending.
    kind
        For each of them, the number of their kind.
    losses
        Kind × option, the actions and then none; infinite for options outside the core.
    sizes
        By kind, the number of customers.
    settled
        By customer, the action of those who are settled; -1 for none, and for those who are not.
    """

    customers: NDArray[np.int64]
    kind: NDArray[np.int64]
    losses: Floats
    sizes: NDArray[np.int64]
    settled: NDArray[np.int32]


def _find_core(weight: Floats, choice: PricedChoice, second: Floats, width: float) -> _Core:
    """Return the undecided part if only options that lose at most `width` are considered."""
    customers = np.flatnonzero(second <= width)
    best = choice.best[customers]
    losses = np.vstack([best - (weight[:, customers] - choice.prices[:, None]), best])
    step = max(1.0, float(np.max(weight, initial=0.0))) * _NOISE
    losses = np.where(losses <= width, np.round(losses / step) * step, np.inf).T
    kinds, kind, sizes = np.unique(losses, axis=0, return_inverse=True, return_counts=True)
    settled = choice.action.copy()
    settled[customers] = -1
    return _Core(customers, kind.ravel(), kinds, sizes, settled)


def _solve_core(weight: Floats, limits: Limits, choice: PricedChoice, core: _Core) -> Assignment | None:
    """Solve a core exactly; None if its settled customers alone exceed the limits."""
    uses = np.bincount(core.settled[core.settled >= 0], minlength=len(weight)).astype(np.float64)
    solution = solve_program(Program(-core.losses, core.sizes.astype(np.float64), limits, choice.prices, uses))
    if solution is None:
        return None
    action = core.settled.copy()
    action[core.customers] = _assign_members(core, solution.counts)
    total = sum_weights(weight, action)
    bound = total if solution.is_proven else float(choice.best.sum()) + solution.bound
    return Assignment(action, total, bound)


def _assign_members(core: _Core, counts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Distribute each kind's options to its members, in the order of the customers."""
    order = np.argsort(core.kind, kind="stable")
    options = np.append(np.arange(counts.shape[1] - 1), -1)
    action = np.empty(len(order), dtype=np.int32)
    action[order] = np.repeat(np.tile(options, len(counts)), counts.ravel())
    return action


def _compute_second_losses(weight: Floats, choice: PricedChoice) -> Floats:
    """Return by customer the loss of the second-best option against the best; infinite without one."""
    second = np.where(choice.action >= 0, choice.best, np.inf)  # no action is also an option
    for number, price in enumerate(choice.prices):
        loss = choice.best - (weight[number] - price)
        loss[choice.action == number] = np.inf
        np.minimum(second, loss, out=second)
    return second


def _find_width(second: Floats, customers: int) -> float:
    """Return the loss within which that many customers have a second option, not counting undecided ones."""
    decided = second[second > _UNDECIDED]
    if customers >= len(decided):
        return np.inf
    return float(np.partition(decided, customers)[customers])
