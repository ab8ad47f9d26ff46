"""Assign each customer at most one action, with the highest total gain within budget and capacities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from lealtad.worklist.allocation.assignment import assign, price_actions
from lealtad.worklist.allocation.limits import list_limits
from lealtad.worklist.allocation.options import build_options
from lealtad.worklist.allocation.shadow_prices import compute_limit_prices
from lealtad.worklist.allocation.ties import settle_ties

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation.limits import Limits
    from lealtad.worklist.allocation.options import Options
    from lealtad.worklist.allocation.program import Assignment

    Eligible = Callable[[pl.DataFrame], pl.DataFrame]

Status = Literal["optimal", "within_gap", "no_capacity", "nobody"]
_PROVEN = 1e-6  # in currency units: tolerance for sums of floats


@dataclass(frozen=True)
class Allocation:
    """The action of each customer, and how good the allocation is.

    Attributes
    ----------
    chosen
        One row per customer, highest gain first, then by id: `customer_id, action, gain`.
    total
        Their total gain.
    bound
        Upper bound of any allocation, by the compared weights.
    gap
        Bound minus the reached total, by the same weights; 0 if it is proven optimal.
    status
        `optimal` or `within_gap`; without rows `no_capacity`, or `nobody` if no customer would gain.
    prices
        One row per bound of the playbook: `kind` (action, owner, channel, budget), `name, limit, used, price`.
        The price is approximately the worth of one more unit a day; for the budget, of one more unit of currency.
    thresholds
        By action, the gain needed to get it; infinite without capacity.
    refused
        `customer_id, action` pairs that were checked and are not eligible.
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
        `customer_id, action, gain` (the company's currency), one row per customer and action; an optional `weight`
        is compared instead of the gain. Rows whose compared value is null or not above 0 are never chosen.
    eligible
        Filters rows `customer_id, action` to the allowed ones. It is called only for customers who would get an
        action that answers certain reasons, with all such options at once. Unchecked customers count as eligible,
        so the result is optimal once all chosen rows are confirmed.
    taken
        By action, the uses already given to customers who are not among the options.

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
    limits = list_limits(playbook, taken)
    arranged = build_options(options, playbook)
    is_possible = limits.find_most_uses() >= 1
    if not is_possible.any() or arranged.customers.is_empty():
        return _build_empty_allocation(limits, arranged, "nobody" if is_possible.any() else "no_capacity")
    arranged = replace(arranged, weight=np.where(is_possible[:, None], arranged.weight, -np.inf))
    answers = np.array([bool(action.answers) for action in playbook.actions])
    is_open = np.isfinite(arranged.weight) & answers[:, None] & (eligible is not None)
    assignment, weight, refused = _assign_eligible(arranged, limits, eligible, is_open)
    return _build_allocation(replace(arranged, weight=weight), limits, assignment, refused)


def _assign_eligible(
    options: Options, limits: Limits, eligible: Eligible | None, is_open: NDArray[np.bool_]
) -> tuple[Assignment, NDArray[np.float64], pl.DataFrame]:
    """Assign, check new customers for eligibility, and assign again without the refused, until all are checked.

    Parameters
    ----------
    is_open
        Action × customer: whether the customer's eligibility is still unchecked.

    Returns
    -------
    The assignment, the weights without the refused, and the refused as `customer_id, action`.
    """
    weight, is_open = options.weight.copy(), is_open.copy()
    refused = [pl.DataFrame(schema={"customer_id": options.customers.dtype, "action": pl.String})]
    while True:
        assignment = assign(weight, limits)
        assignment = replace(assignment, action=settle_ties(weight, assignment.action))
        entering = np.flatnonzero(assignment.action >= 0)
        entering = entering[is_open[assignment.action[entering], entering]]
        if eligible is None or not len(entering):
            return assignment, weight, pl.concat(refused)
        asked = np.zeros_like(is_open)
        asked[:, entering] = is_open[:, entering]
        pairs = options.list_pairs(asked)
        refusal = pairs.join(eligible(pairs), on=["customer_id", "action"], how="anti", maintain_order="left")
        refused.append(refusal)
        is_open[:, entering] = False
        weight[options.locate(refusal)] = -np.inf


def _build_allocation(
    options: Options, limits: Limits, assignment: Assignment, refused: pl.DataFrame
) -> Allocation:
    listed = np.flatnonzero(assignment.action >= 0)
    action = assignment.action[listed]
    chosen = pl.DataFrame(
        {
            "customer_id": options.customers.gather(listed),
            "action": pl.Series(options.names, dtype=pl.String).gather(action),
            "gain": options.gain[action, listed],
        }
    ).sort(["gain", "customer_id"], descending=[True, False])
    distance = assignment.bound - assignment.total
    gap = distance if distance > _PROVEN else 0.0
    used = np.bincount(action, minlength=len(options.names)).astype(np.float64)
    prices = price_actions(options.weight, limits) if assignment.prices is None else assignment.prices
    return Allocation(
        chosen=chosen,
        total=float(chosen["gain"].sum()),
        bound=assignment.total + gap,
        gap=gap,
        status="within_gap" if gap else "optimal",
        prices=compute_limit_prices(limits, used, prices),
        thresholds=_list_thresholds(options, limits, prices),
        refused=refused,
    )


def _build_empty_allocation(limits: Limits, options: Options, status: Status) -> Allocation:
    pairs = pl.DataFrame(schema={"customer_id": options.customers.dtype, "action": pl.String})
    nothing = np.zeros(len(options.names))
    return Allocation(
        chosen=pairs.with_columns(gain=pl.lit(None, pl.Float64)),
        total=0.0,
        bound=0.0,
        gap=0.0,
        status=status,
        prices=compute_limit_prices(limits, nothing, nothing),
        thresholds=_list_thresholds(options, limits, nothing),
        refused=pairs,
    )


def _list_thresholds(options: Options, limits: Limits, prices: NDArray[np.float64]) -> dict[str, float]:
    thresholds = np.where(limits.find_most_uses() >= 1, prices, np.inf)
    return dict(zip(options.names, thresholds.tolist(), strict=True))
