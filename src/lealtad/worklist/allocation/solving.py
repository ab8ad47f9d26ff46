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
_WHOLE = 1e-6


@dataclass(frozen=True)
class Program:
    """Columns: one per kind and option in the core, then one per action for its uses.

    Attributes
    ----------
    kind, option
        By column of the first sort; the option after the last action is none.
    costs
        By column: what the option loses; what the uses of the action are worth, negative.
    by_kind, by_action, by_row
        Sparse matrices of the rows: the sizes of the kinds, the uses of the actions, the limits.
    """

    kind: NDArray[np.int64]
    option: NDArray[np.int64]
    costs: NDArray[np.float64]
    by_kind: Any
    by_action: Any
    by_row: Any
    sizes: NDArray[np.float64]
    settled: NDArray[np.float64]
    limits: NDArray[np.float64]


def write_program(core: Core, rows: Resources, prices: NDArray[np.float64]) -> Program:
    """Write the core down; settled customers use their actions already."""
    from scipy import sparse

    actions = len(prices)
    kind, option = np.nonzero(np.isfinite(core.losses))
    columns = np.arange(len(kind))
    given = option < actions
    by_kind = sparse.csr_array((np.ones(len(kind)), (kind, columns)), shape=(len(core.sizes), len(kind)))
    use = sparse.csr_array((np.ones(given.sum()), (option[given], columns[given])), shape=(actions, len(kind)))
    return Program(
        kind,
        option,
        np.concatenate([core.losses[kind, option], -prices]),
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
        Kind × option: how many of the kind get the action, or nothing.
    cost
        No allocation within the core loses less, the worth of all uses taken off.
    proven
        Whether the solver finished.
    """

    counts: NDArray[np.int64]
    cost: float
    proven: bool


def solve(written: Program) -> Solved | None:
    """Solve the core exactly; None where it leaves no allocation within the limits."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    columns, actions = len(written.kind), len(written.settled)
    found = milp(
        written.costs,
        integrality=np.concatenate([np.zeros(columns), np.ones(actions)]),
        bounds=Bounds(np.concatenate([np.zeros(columns), written.settled]), np.inf),
        constraints=[
            LinearConstraint(written.by_kind, written.sizes, written.sizes),
            LinearConstraint(written.by_action, -written.settled, -written.settled),
            LinearConstraint(written.by_row, -np.inf, written.limits),
        ],
        options={"mip_rel_gap": 0.0, "node_limit": _NODES},
    )
    if found.x is None:
        return None
    counts = np.zeros((len(written.sizes), actions + 1), dtype=np.int64)
    counts[written.kind, written.option] = _round_solution(written, found.x)
    return Solved(counts, float(found.mip_dual_bound), found.status == 0)


def _round_solution(written: Program, found: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole columns at the found uses; where they are not, the simplex method finds a corner that is."""
    from scipy.optimize import linprog

    columns = len(written.kind)
    if np.abs(found - np.rint(found)).max() > _WHOLE:
        uses = np.rint(found[columns:])
        found = linprog(
            written.costs[:columns],
            A_eq=_build_transport_rows(written, columns),
            b_eq=np.concatenate([written.sizes, uses - written.settled]),
            method="highs-ds",
        ).x
    return np.asarray(np.rint(found[:columns]), dtype=np.int64)


def _build_transport_rows(written: Program, columns: int) -> Any:
    """Return the rows of the transport problem."""
    from scipy import sparse

    return sparse.vstack([written.by_kind[:, :columns], written.by_action[:, :columns]], format="csr")
