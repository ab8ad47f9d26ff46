"""How much better than chance the top of a ranking is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.learning.evaluation.outcomes import check_share
from lealtad.learning.evaluation.ranked import RankedScores
from lealtad.learning.evaluation.ranking import recall_at

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def compute_lift_curve(y: ArrayLike, probability: ArrayLike) -> pl.DataFrame:
    """Return how the top of the ranking compares with all customers, one row per distinct score, highest first.

    Customers with equal scores enter together. Their order would be chance, so the curve between two rows is a
    straight line (ties by expectation).

    Returns
    -------
    `contacted` (share of customers), `reached` (share of churners among them), `lift` (reached / contacted);
    NaN if nobody churned.
    """
    rows = RankedScores.from_scores(y, probability)
    contacted = np.cumsum(rows.weight[0]) / rows.total[0]
    churners = rows.positives.sum()
    # without a churner nobody can be reached
    reached = np.cumsum(rows.positives[0]) / (churners if churners else np.nan)
    return pl.DataFrame({"contacted": contacted, "reached": reached, "lift": reached / contacted})


def compute_lift(y: ArrayLike, probability: ArrayLike, share: float = 0.1) -> float:
    """Return the churn rate in the top share of the ranking over the overall rate, with ties by expectation.

    Examples
    --------
    >>> compute_lift([1, 0, 0, 0], [0.9, 0.1, 0.2, 0.3], share=0.25)
    4.0
    >>> compute_lift([1, 0, 0, 0], [0.5, 0.5, 0.5, 0.5], share=0.25)
    1.0
    """
    check_share(share)
    return float(recall_at(RankedScores.from_scores(y, probability), share)[0] / share)
