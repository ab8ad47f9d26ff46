"""The integer program of an allocation, solved by HiGHS.

Only the numbers of uses of the actions are integer variables. Once they are whole, the rest is a transport
problem, whose vertices are integer anyway. So the search stays short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.limits import Limits

    Floats = NDArray[np.float64]

_NODES = 5_000  # a limit on nodes, unlike one on time, gives the same result on a busy machine
_WHOLE = 1e-6


@dataclass(frozen=True)
class Program:
    """Kinds of customers, each with its options, and the limits.

    Attributes
    ----------
    worth
        Kind × option (the actions in their order, then no action): the worth for one customer; minus infinity if
        it is not an option.
    sizes
        By kind, the number of customers; each option has the same worth for all of them.
    limits
        Budget and capacities.
    prices
        By action, the worth of one use beyond `worth`.
    settled
        By action, the uses of customers who are already settled.
    """

    worth: Floats
    sizes: Floats
    limits: Limits
    prices: Floats
    settled: Floats


@dataclass(frozen=True)
class ProgramSolution:
    """The best integer solution of a program.

    Attributes
    ----------
    counts
        Kind × option: how many customers of the kind get the action, or none.
    bound
        Upper bound of the worth of any allocation of the program.
    is_proven
        Whether the solver proved it optimal.
    """

    counts: NDArray[np.int64]
    bound: float
    is_proven: bool


@dataclass(frozen=True)
class Assignment:
    """Which customer gets which action.

    Attributes
    ----------
    action
        By customer, the index of the action; -1 for none.
    total
        The sum of the weights.
    bound
        Upper bound of the sum; equal to the total if the assignment is proven optimal.
    prices
        By action, the worth of one more use; None if no prices were needed.
    """

    action: NDArray[np.int32]
    total: float
    bound: float
    prices: Floats | None = None


def sum_weights(weight: Floats, action: NDArray[np.int32]) -> float:
    """Return the sum of the weights of an assignment, given by customer as the index of the action or -1."""
    listed = np.flatnonzero(action >= 0)
    return float(weight[action[listed], listed].sum())


def solve_program(program: Program) -> ProgramSolution | None:
    """Solve a program exactly; None if the settled customers leave no allocation within the limits."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    kinds, options = program.worth.shape
    kind, option = np.nonzero(np.isfinite(program.worth))
    cells, actions = len(kind), options - 1
    by_kind, by_action, by_limit = _write_rows(program, kind, option)
    result = milp(
        -np.concatenate([program.worth[kind, option], program.prices]),
        integrality=np.concatenate([np.zeros(cells), np.ones(actions)]),
        bounds=Bounds(np.concatenate([np.zeros(cells), program.settled]), np.inf),
        constraints=[
            LinearConstraint(by_kind, program.sizes, program.sizes),
            LinearConstraint(by_action, -program.settled, -program.settled),
            LinearConstraint(by_limit, -np.inf, program.limits.amounts),
        ],
        options={"mip_rel_gap": 0.0, "node_limit": _NODES},
    )
    if result.x is None:
        return None
    x = result.x
    if np.abs(x - np.rint(x)).max() > _WHOLE:
        x = _solve_transport(program, x, kind, option)
    counts = np.zeros((kinds, options), dtype=np.int64)
    counts[kind, option] = np.rint(x[:cells])
    return ProgramSolution(counts, -float(result.mip_dual_bound), result.status == 0)


def _write_rows(program: Program, kind: NDArray[np.int64], option: NDArray[np.int64]) -> tuple[Any, Any, Any]:
    """Return the rows of sizes, of uses, and of limits; columns are the cells, then the uses of each action."""
    from scipy import sparse

    (kinds, options), cells = program.worth.shape, len(kind)
    actions, columns = options - 1, np.arange(cells)
    acts = option < actions
    members = sparse.csr_array((np.ones(cells), (kind, columns)), shape=(kinds, cells))
    uses = sparse.csr_array((np.ones(acts.sum()), (option[acts], columns[acts])), shape=(actions, cells))
    return (
        sparse.hstack([members, sparse.csr_array((kinds, actions))], format="csr"),
        sparse.hstack([uses, -sparse.eye_array(actions)], format="csr"),
        sparse.hstack(
            [sparse.csr_array((len(program.limits.amounts), cells)), sparse.csr_array(program.limits.uses)],
            format="csr",
        ),
    )


def _solve_transport(program: Program, x: Floats, kind: NDArray[np.int64], option: NDArray[np.int64]) -> Floats:
    """Return a vertex at the uses of a solution; with whole uses every vertex is integer."""
    from scipy import sparse
    from scipy.optimize import linprog

    cells = len(kind)
    by_kind, by_action, _ = _write_rows(program, kind, option)
    uses = np.rint(x[cells:])
    result = linprog(
        -program.worth[kind, option],
        A_eq=sparse.vstack([by_kind[:, :cells], by_action[:, :cells]], format="csr"),
        b_eq=np.concatenate([program.sizes, uses - program.settled]),
        method="highs-ds",
    )
    return np.concatenate([result.x, uses])
