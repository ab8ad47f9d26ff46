"""Assign actions to customers optimally within the limits.

Only few customers can matter. Let K be the maximum number of contacts. Suppose a customer gets an action without
being among its K best. At most K - 1 others are contacted, so one of the action's K best is not. Swapping the two
uses the limits equally and does not lower the total. So the K best of each action suffice. One more is kept,
because prices depend on the best customer who is left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lealtad.worklist.allocation.large_nights import solve_large_night
from lealtad.worklist.allocation.options import keep_best
from lealtad.worklist.allocation.prices import find_prices
from lealtad.worklist.allocation.program import Assignment, Program, solve_program, sum_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.limits import Limits

    Floats = NDArray[np.float64]

_DIRECT = 5_000  # customers that are solved in one program; about 2,000 contacts a night


def assign(weight: Floats, limits: Limits) -> Assignment:
    """Assign each customer at most one action so that the sum of the weights is maximal.

    Parameters
    ----------
    weight
        Action × customer, above 0; minus infinity where there is no option.
    limits
        Budget and capacities.

    Notes
    -----
    The customers are reduced to the best of each action; see the module. The rest is solved by
    `scipy.optimize.milp`. Above 5,000 customers it is first reduced by prices to a core; see `large_nights`.
    """
    customers, best = keep_best(weight, _count_contacts(weight, limits) + 1)
    if len(customers) > _DIRECT:
        part = solve_large_night(best, limits, find_prices(best, limits))
    else:
        part = _solve_directly(best, limits)
    action = np.full(weight.shape[1], -1, dtype=np.int32)
    action[customers] = part.action
    return replace(part, action=action)


def price_actions(weight: Floats, limits: Limits) -> Floats:
    """Return by action the worth of one more use."""
    _, best = keep_best(weight, _count_contacts(weight, limits) + 1)
    return find_prices(best, limits).prices


def _count_contacts(weight: Floats, limits: Limits) -> int:
    """Return how many contacts the limits allow at most."""
    contacts: float = limits.find_best_uses(np.ones(len(weight)), np.isfinite(weight).sum(axis=1)).sum()
    return round(contacts)


def _solve_directly(weight: Floats, limits: Limits) -> Assignment:
    actions, customers = weight.shape
    worth = np.column_stack([weight.T, np.zeros(customers)])
    nothing = np.zeros(actions)
    solution = solve_program(Program(worth, np.ones(customers), limits, nothing, nothing))
    if solution is None:
        return Assignment(np.full(customers, -1, dtype=np.int32), 0.0, 0.0)
    option = solution.counts.argmax(axis=1)
    action = np.where(option < actions, option, -1).astype(np.int32)
    total = sum_weights(weight, action)
    return Assignment(action, total, total if solution.is_proven else max(solution.bound, total))
