"""The realised profit of each date's list, at the team's capacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.learning.evaluation import Economics

_TENTH = 0.1


def compute_realised_profit(  # noqa: PLR0913, PLR0917 - the rows, and how a list is made of them
    y: NDArray[np.float64],
    probability: NDArray[np.float64],
    as_of: NDArray[np.generic],
    weights: NDArray[np.float64],
    economics: Economics,
    capacity: int | None = None,
    value: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the mean profit of a date's list that the outcomes would have paid, per draw.

    The list of a date holds its `capacity` customers of highest expected profit, ties by expectation. A contact
    saves the share γ of would-be churners. The list is filled even if that does not pay. So models can be compared
    under any economics, even before a company has stated its own.

    Parameters
    ----------
    weights
        How often each row counts; draws × rows.
    capacity
        Customers on a list; None takes a tenth of the date's.
    value
        V of each row; None takes that of `economics` for all.

    Examples
    --------
    >>> from lealtad.learning.evaluation import Economics
    >>> y, p, day = np.array([1.0, 0.0, 0.0]), np.array([0.9, 0.5, 0.01]), np.zeros(3)
    >>> compute_realised_profit(y, p, day, np.ones((1, 3)), Economics(), capacity=2).round(6).tolist()
    [45.0]
    >>> compute_realised_profit(y, p, day, np.ones((1, 3)), Economics(), capacity=3).round(6).tolist()
    [34.0]
    """
    expected, paid = economics.profit(probability, value), economics.profit(y, value)
    dates = np.unique(as_of)
    total = np.zeros(len(weights))
    for date in dates:
        at = as_of == date
        share = _TENTH if capacity is None else min(capacity / at.sum(), 1.0)
        total += _compute_list_profit(expected[at], paid[at], weights[:, at], share)
    return np.asarray(total / len(dates))


def _compute_list_profit(
    expected: NDArray[np.float64], paid: NDArray[np.float64], weights: NDArray[np.float64], share: float
) -> NDArray[np.float64]:
    order = np.argsort(-expected, kind="stable")
    starts = np.flatnonzero(np.diff(expected[order], prepend=np.inf))
    mass = np.add.reduceat(weights[:, order], starts, axis=1)
    amount = np.add.reduceat(weights[:, order] * paid[order], starts, axis=1)
    profit = np.zeros(len(weights))
    for draw, (counted, earned) in enumerate(zip(mass, amount, strict=True)):
        reached = np.concatenate([[0.0], np.cumsum(counted)])
        gathered = np.concatenate([[0.0], np.cumsum(earned)])
        profit[draw] = np.interp(share * counted.sum(), reached, gathered)
    return profit
