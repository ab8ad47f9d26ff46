"""Sample ratio: whether the arms are as large as planned; if not, no difference between them can be trusted."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Mapping

_FEW = 1000
TRUSTED_FROM = 0.001  # p-value from which on a read-out is shown


def compute_sample_ratio(counts: Mapping[str, int], shares: Mapping[str, float]) -> float:
    """Return the p-value of arm sizes under the planned shares; below .001 the assignment is broken.

    Parameters
    ----------
    counts
        Units by arm.
    shares
        Planned shares by arm; they need not add up to 1.

    Notes
    -----
    Two arms: the exact binomial test below 1,000 units, else the normal approximation with correction for
    continuity. More arms: Pearson's chi-squared test.

    References
    ----------
    Fabijan et al. (2019), Diagnosing sample ratio mismatch in online controlled experiments. KDD.

    Examples
    --------
    >>> round(compute_sample_ratio({"a": 50_000, "b": 51_000}, {"a": 0.5, "b": 0.5}), 4)
    0.0017
    """
    arms = [arm for arm in shares if shares[arm] > 0]
    seen = np.array([counts.get(arm, 0) for arm in arms], dtype=np.float64)
    expected = np.array([shares[arm] for arm in arms]) / sum(shares[arm] for arm in arms)
    n = int(seen.sum())
    if n == 0 or len(arms) == 1:
        return 1.0
    if len(arms) > 2:  # noqa: PLR2004 - two arms have an exact test
        return float(stats.chisquare(seen, n * expected).pvalue)
    k, p = int(seen[1]), float(expected[1])
    if n < _FEW:
        return float(stats.binomtest(k, n, p).pvalue)
    distance = max(abs(k - n * p) - 0.5, 0.0)
    return 2 * float(stats.norm.sf(distance / sqrt(n * p * (1 - p))))
