"""Give each customer at most one action, so that all gain most within budget and capacities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from lealtad.worklist.allocation.matrix import build_matrix
from lealtad.worklist.allocation.prices import Problem
from lealtad.worklist.allocation.proving import prove
from lealtad.worklist.allocation.resources import list_resources
from lealtad.worklist.allocation.row_prices import compute_row_prices
from lealtad.worklist.allocation.ties import settle_ties

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation.matrix import Matrix
    from lealtad.worklist.allocation.proving import Proof
    from lealtad.worklist.allocation.resources import Resources

    Eligible = Callable[[pl.DataFrame], pl.DataFrame]

Status = Literal["optimal", "within_gap", "no_capacity", "nobody"]
_PROVEN = 1e-6  # of the currency: what sums of floats may differ by


@dataclass(frozen=True)
class Allocation:
    """Who gets what, and how good that is.

    Attributes
    ----------
    chosen
        One row per customer, most gain first, then by id: `customer_id, action, gain`.
    total
        What they gain in all.
    bound
        No allocation brings more than this, by the weights that were compared.
    gap
        Bound less what was reached, by the same weights; 0 where it is proven best.
    status
        `optimal`, `within_gap`; without rows `no_capacity`, or `nobody` where nobody would gain.
    prices
        One row per bound of the playbook: `kind` (action, owner, channel, budget), `name, limit, used, price`.
        The price is about what one more unit a day would bring; of the budget, one more of the currency.
    thresholds
        By action, what a customer must gain to get it; infinite where there is no capacity.
    refused
        `customer_id, action` that were asked for and are not eligible.
    """

    chosen: pl.DataFrame
    total: float
    bound: float
    gap: float
    status: Status
    prices: pl.DataFrame
    thresholds: Mapping[str, float]
    refused: pl.DataFrame


def allocate(
    options: pl.DataFrame,
    playbook: Playbook,
    eligible: Eligible | None = None,
    *,
    taken: Mapping[str, int] | None = None,
) -> Allocation:
    """Allocate the actions of a day.

    Parameters
    ----------
    options
        `customer_id, action, gain` (the company's currency), one row per customer and action; `weight`, where it
        is there, is compared instead of the gain. Rows of which this is null or not above 0 are never chosen.
    eligible
        Keeps, of rows `customer_id, action`, those that may be. It is asked only for customers who would get
        an action that answers some reasons, for all such options of theirs at once: whoever was not asked for
        counts as eligible, so that the best that is left when all chosen are confirmed is the best of all.
    taken
        By action, how many uses are given away already, to customers who are not among the options.

    Raises
    ------
    DataError
        If an action is unknown, or a customer has one twice.

    Examples
    --------
    >>> from lealtad.company.playbook import Action, Playbook, Words
    >>> call = Action(name="call", words=Words(en="Call", es="Llamar"), channel="phone", owner="team")
    >>> playbook = Playbook(actions=(call,), owners={"team": 1})
    >>> options = pl.DataFrame({"customer_id": ["a", "b"], "action": ["call", "call"], "gain": [3.0, 5.0]})
    >>> found = allocate(options, playbook)
    >>> found.chosen.rows(), found.gap
    ([('b', 'call', 5.0)], 0.0)
    """
    rows = list_resources(playbook, taken)
    names = [one.name for one in playbook.actions]
    laid = build_matrix(options, playbook)
    can = rows.most() >= 1
    if not can.any() or laid.customers.is_empty():
        return _build_empty_allocation(rows, names, laid, "nobody" if can.any() else "no_capacity")
    laid = replace(laid, weight=np.where(can[:, None], laid.weight, -np.inf))
    asked_for = np.array([bool(one.answers) for one in playbook.actions])
    unknown = np.isfinite(laid.weight) & asked_for[:, None] & (eligible is not None)
    proof, refused = _solve_until_confirmed(laid, rows, names, eligible, unknown)
    return _build_allocation(laid, rows, names, proof, refused)


def _solve_until_confirmed(
    laid: Matrix,
    rows: Resources,
    names: list[str],
    eligible: Eligible | None,
    unknown: NDArray[np.bool_],
) -> tuple[Proof, pl.DataFrame]:
    """Solve, ask for those who would enter, and solve again without the refused, until none is unknown."""
    weight, unknown = laid.weight.copy(), unknown.copy()
    refused = [pl.DataFrame(schema={"customer_id": laid.customers.dtype, "action": pl.String})]
    prices = None
    while True:
        proof = prove(Problem(weight, rows), prices)
        proof = replace(proof, action=settle_ties(weight, proof.action))
        entering = np.flatnonzero(proof.action >= 0)
        entering = entering[unknown[proof.action[entering], entering]]
        if eligible is None or not len(entering):
            return proof, pl.concat(refused)
        asking = np.zeros_like(unknown)
        asking[:, entering] = unknown[:, entering]
        pairs = laid.pairs(asking, names)
        refusal = pairs.join(eligible(pairs), on=["customer_id", "action"], how="anti", maintain_order="left")
        refused.append(refusal)
        unknown[:, entering] = False
        weight[_locate_cells(laid, refusal, names)] = -np.inf
        prices = proof.prices


def _locate_cells(
    laid: Matrix, pairs: pl.DataFrame, names: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    action = np.array([names.index(name) for name in pairs["action"]], dtype=np.int64)
    return action, laid.customers.search_sorted(pairs["customer_id"]).to_numpy().astype(np.int64)


def _build_allocation(
    laid: Matrix, rows: Resources, names: list[str], proof: Proof, refused: pl.DataFrame
) -> Allocation:
    listed = np.flatnonzero(proof.action >= 0)
    action = proof.action[listed]
    chosen = pl.DataFrame(
        {
            "customer_id": laid.customers.gather(listed),
            "action": pl.Series(names, dtype=pl.String).gather(action),
            "gain": laid.gain[action, listed],
        }
    ).sort(["gain", "customer_id"], descending=[True, False])
    gap = proof.bound - proof.gain if proof.bound - proof.gain > _PROVEN else 0.0
    used = np.bincount(action, minlength=len(names)).astype(np.float64)
    can = rows.most() >= 1
    return Allocation(
        chosen=chosen,
        total=float(chosen["gain"].sum()),
        bound=proof.gain + gap,
        gap=gap,
        status="within_gap" if gap else "optimal",
        prices=compute_row_prices(rows, used, proof.prices),
        thresholds=dict(zip(names, np.where(can, proof.prices, np.inf).tolist(), strict=True)),
        refused=refused,
    )


def _build_empty_allocation(rows: Resources, names: list[str], laid: Matrix, status: Status) -> Allocation:
    pairs = pl.DataFrame(schema={"customer_id": laid.customers.dtype, "action": pl.String})
    can = rows.most() >= 1
    return Allocation(
        chosen=pairs.with_columns(gain=pl.lit(None, pl.Float64)),
        total=0.0,
        bound=0.0,
        gap=0.0,
        status=status,
        prices=compute_row_prices(rows, np.zeros(len(names)), np.zeros(len(names))),
        thresholds=dict(zip(names, np.where(can, 0.0, np.inf).tolist(), strict=True)),
        refused=pairs,
    )
