"""Profit by length of the list: what the probabilities promise, and what the outcomes pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.learning.evaluation.economics import Economics
from lealtad.learning.evaluation.outcomes import check_outcomes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lealtad.learning.evaluation.ranked import RankedScores

_DEFAULT = Economics()


def compute_profit_curve(
    y: ArrayLike, probability: ArrayLike, economics: Economics = _DEFAULT, *, value: ArrayLike | None = None
) -> pl.DataFrame:
    """Return the profit of every list, one row per length at which the list could end, shortest first.

    The list is ordered by expected profit. Customers with equal expectation enter together, so the curve between
    two rows is a straight line (ties by expectation).

    Parameters
    ----------
    y
        1 if the customer churned without being contacted.
    value
        V of each customer; None takes that of `economics` for all.

    Returns
    -------
    `contacted` (customers), `share` (of all), `expected` (profit by the probabilities), `realised` (profit by the
    outcomes, if a contact had saved the share γ of the churned customers).

    Examples
    --------
    >>> curve = compute_profit_curve([1, 0, 0], [0.5, 0.5, 0.1])
    >>> curve.select("contacted", "expected", "realised").rows()
    [(2, 45.0, 45.0), (3, 40.7, 34.0)]
    """
    happened, promised = check_outcomes(y, probability)
    expected, realised = economics.profit(promised, value), economics.profit(happened, value)
    order = np.argsort(-expected, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(expected[order])), len(order) - 1)
    return pl.DataFrame(
        {
            "contacted": ends + 1,
            "share": (ends + 1) / len(order),
            "expected": np.cumsum(expected[order])[ends].round(9),
            "realised": np.cumsum(realised[order])[ends].round(9),
        }
    )


def profit_at(
    rows: RankedScores, share: float, economics: Economics
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return expected and realised profit per contacted customer when the top share is contacted, per draw."""
    churner, stayed = economics.profit([1.0, 0.0])
    mass = share * rows.total
    expected = rows.up_to(rows.weight * economics.profit(rows.score), share)[:, 0]
    realised = rows.up_to(rows.positives * churner + rows.negatives * stayed, share)[:, 0]
    return expected / mass, realised / mass
