"""Ranking measures: AUC, average precision, recall and precision at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.learning.evaluation.ranked import RankedScores


def auc(rows: RankedScores) -> NDArray[np.float64]:
    """Return the area under the ROC curve, per draw; NaN if one outcome is absent.

    Notes
    -----
    The chance that a customer who churned scores above one who stayed, half of the ties counted:
    `Σ_g P_g·(N_below(g) + N_g/2) / (P·N)`, the Mann–Whitney statistic.
    """
    below = rows.negatives.sum(axis=1, keepdims=True) - np.cumsum(rows.negatives, axis=1)
    pairs = rows.positives.sum(axis=1) * rows.negatives.sum(axis=1)
    return _ratio((rows.positives * (below + rows.negatives / 2)).sum(axis=1), pairs)


def average_precision(rows: RankedScores) -> NDArray[np.float64]:
    """Return the area under the precision-recall curve (average precision), per draw; NaN without an outcome.

    Notes
    -----
    `Σ_g (recall_g − recall_{g−1})·precision_g`, without interpolation.
    """
    reached, shown = np.cumsum(rows.positives, axis=1), np.cumsum(rows.weight, axis=1)
    precision = np.divide(reached, shown, out=np.zeros_like(reached), where=shown > 0)
    return _ratio((rows.positives * precision).sum(axis=1), rows.positives.sum(axis=1))


def recall_at(rows: RankedScores, share: float) -> NDArray[np.float64]:
    """Return the part of all churned customers that is in the top share, per draw; ties by expectation."""
    return _ratio(rows.up_to(rows.positives, share)[:, 0], rows.positives.sum(axis=1))


def precision_at(rows: RankedScores, share: float) -> NDArray[np.float64]:
    """Return the churn rate in the top share, per draw; ties by expectation."""
    return _ratio(rows.up_to(rows.positives, share)[:, 0], share * rows.total)


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
