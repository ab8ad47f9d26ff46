"""How well a single number ranks churned customers above those who stayed, with its margin of error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from numpy.typing import NDArray

_Z = 3.0  # standard errors, so that none of hundreds of features exceeds a limit by chance


@dataclass(frozen=True)
class Ranking:
    """The area under the ROC curve of one number, and its margin (three standard errors).

    Attributes
    ----------
    auc
        Chance that a churned customer has a higher value than one who stayed; ties count half.
        NaN if only one outcome occurs.
    """

    auc: float
    margin: float

    def flip(self) -> Ranking:
        """Return the ranking of the same number with reversed sign."""
        return Ranking(1.0 - self.auc, self.margin)


def compute_ranking(
    values: NDArray[np.float64],
    left: NDArray[np.bool_],
    customers_per_row: float = 1.0,
    strata: NDArray[np.int64] | None = None,
) -> Ranking:
    """Compute how well values (without NaN) rank churned customers above those who stayed.

    Parameters
    ----------
    customers_per_row
        Rows of one customer at many dates are nearly identical, so the margin is that of one row per customer.
    strata
        Compare only rows of the same stratum; None: all rows.

    References
    ----------
    Hanley & McNeil (1982), The meaning and use of the area under a ROC curve.

    Examples
    --------
    >>> compute_ranking(np.array([3.0, 1.0, 2.0]), np.array([True, False, False])).auc
    1.0
    """
    parts = [slice(None)] if strata is None else [strata == stratum for stratum in np.unique(strata)]
    ranked = [_rank(values[part], left[part], customers_per_row) for part in parts]
    pairs = np.array([pairs for pairs, _, _ in ranked])
    if not pairs.sum():
        return Ranking(float("nan"), float("nan"))
    weight = pairs / pairs.sum()
    auc = float(weight @ [auc for _, auc, _ in ranked])
    return Ranking(auc, _Z * float(np.linalg.norm(weight * [error for _, _, error in ranked])))


def _rank(
    values: NDArray[np.float64], left: NDArray[np.bool_], customers_per_row: float
) -> tuple[float, float, float]:
    """Return the pairs that are compared, the AUC and its standard error; all 0 where there are no pairs."""
    positives = int(left.sum())
    negatives = len(left) - positives
    if not positives or not negatives:
        return 0.0, 0.0, 0.0
    ranks = float(rankdata(values)[left].sum())
    auc = (ranks - positives * (positives + 1) / 2) / (positives * negatives)
    n_left, n_stayed = (max(n * customers_per_row, 1.0) for n in (positives, negatives))
    return float(positives * negatives), auc, _compute_standard_error(auc, n_left, n_stayed)


def _compute_standard_error(auc: float, n_left: float, n_stayed: float) -> float:
    # at 0 and 1 the formula gives 0, which no sample justifies
    edge = 0.5 / (min(n_left, n_stayed) + 1)
    auc = min(max(auc, edge), 1 - edge)
    both_left, both_stayed = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = (n_left - 1) * (both_left - auc**2) + (n_stayed - 1) * (both_stayed - auc**2)
    return float(np.sqrt((auc * (1 - auc) + spread) / (n_left * n_stayed)))
