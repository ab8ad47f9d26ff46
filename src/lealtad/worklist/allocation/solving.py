"""The core as an integer program, by HiGHS.

The integers are the uses of each action, a handful: once they are whole, the rest is a transport problem, whose
corners are whole by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.allocation.core import Core
    from lealtad.worklist.allocation.resources import Resources

_NODES = 5_000  # a bound that does not depend on how busy the machine is


@dataclass(frozen=True)
class Program:
    """Columns: one per kind and action in the core, then one per action for its uses.

    Attributes
    ----------
    kind, action
        By column of the first sort.
    worth
        By column, what it gains; 0 for the uses.
    by_kind, by_action, by_row
        Sparse matrices of the rows: at most the size of each kind; uses of each action; limits.
    """

    kind: NDArray[np.int64]
    action: NDArray[np.int64]
    worth: NDArray[np.float64]
    by_kind: Any
    by_action: Any
    by_row: Any
    sizes: NDArray[np.float64]
    settled: NDArray[np.float64]
    limits: NDArray[np.float64]


def program(core: Core, rows: Resources) -> Program:
    """Write the core down; settled customers use their actions already."""
    from scipy import sparse

    actions = core.gains.shape[1]
    kind, action = np.nonzero(np.isfinite(core.gains))
    columns = np.arange(len(kind))
    shape = (len(core.sizes), len(kind))
    by_kind = sparse.csr_array((np.ones(len(kind)), (kind, columns)), shape=shape)
    use = sparse.csr_array((np.ones(len(kind)), (action, columns)), shape=(actions, len(kind)))
    return Program(
        kind,
        action,
        np.concatenate([core.gains[kind, action], np.zeros(actions)]),
        sparse.hstack([by_kind, sparse.csr_array((len(core.sizes), actions))], format="csr"),
        sparse.hstack([use, -sparse.eye_array(actions)], format="csr"),
        sparse.hstack(
            [sparse.csr_array((len(rows.limits), len(kind))), sparse.csr_array(rows.uses)], format="csr"
        ),
        core.sizes.astype(np.float64),
        np.bincount(core.settled[core.settled >= 0], minlength=actions).astype(np.float64),
        rows.limits,
    )


@dataclass(frozen=True)
class Solved:
    """The best whole allocation of a core.

    Attributes
    ----------
    counts
        Kind × action: how many of the kind get the action.
    bound
        No allocation within the core gains more than this, settled customers left out.
    proven
        Whether the solver finished.
    """

    counts: NDArray[np.int64]
    bound: float
    proven: bool


def solve(written: Program) -> Solved | None:
    """Solve the core exactly; None where the settled use too much."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    columns, actions = len(written.kind), len(written.settled)
    found = milp(
        -written.worth,
        integrality=np.concatenate([np.zeros(columns), np.ones(actions)]),
        bounds=Bounds(
            np.concatenate([np.zeros(columns), written.settled]),
            np.concatenate([written.sizes[written.kind], np.full(actions, np.inf)]),
        ),
        constraints=[
            LinearConstraint(written.by_kind, -np.inf, written.sizes),
            LinearConstraint(written.by_action, -written.settled, -written.settled),
            LinearConstraint(written.by_row, -np.inf, written.limits),
        ],
        options={"mip_rel_gap": 0.0, "node_limit": _NODES},
    )
    if found.x is None:
        return None
    uses = np.rint(found.x[columns:])
    counts = np.zeros((len(written.sizes), actions), dtype=np.int64)
    counts[written.kind, written.action] = _corner(written, uses)
    return Solved(counts, float(-found.mip_dual_bound), found.status == 0)


def _corner(written: Program, uses: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the best transport at given uses of the actions; the simplex method ends in a corner: it is whole."""
    from scipy.optimize import linprog

    columns = len(written.kind)
    if not columns:
        return np.zeros(0, dtype=np.int64)
    found = linprog(
        -written.worth[:columns],
        A_ub=written.by_kind[:, :columns],
        b_ub=written.sizes,
        A_eq=written.by_action[:, :columns],
        b_eq=uses - written.settled,
        method="highs-ds",
    )
    return np.asarray(np.rint(found.x), dtype=np.int64)
