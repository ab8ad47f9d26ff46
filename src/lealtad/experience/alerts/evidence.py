"""Evidence that a mean is on the wrong side of its target, valid at every look.

The evidence since a start is an e-value: a mixture of likelihood ratios. While the target is met it passes
`1/error` with at most the probability `error`, however many nights check it (Ville's inequality). Starts are 91
days apart, so that the error is spent per quarter and not per night.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit, logsumexp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

QUARTER_DAYS = 91
_STARTS = 2  # evidence of up to half a year counts
_FIRST = datetime(2000, 1, 3, tzinfo=UTC)
_STEPS = (0.1, 0.2, 0.4, 0.8, 1.6)  # how far below the target the mean may be, in log odds
_EDGE = 1e-6


def list_starts(as_of: datetime, after: datetime | None = None) -> list[datetime]:
    """Return the starts of evidence that count at a date, oldest first.

    Parameters
    ----------
    after
        Events up to then were already reported, so older starts do not count.

    Examples
    --------
    >>> [f"{start:%Y-%m-%d}" for start in list_starts(datetime(2026, 6, 30, tzinfo=UTC))]
    ['2026-03-02', '2026-06-01']
    """
    length = timedelta(days=QUARTER_DAYS)
    newest = _FIRST + (as_of - _FIRST) // length * length
    starts = [newest - back * length for back in reversed(range(_STARTS))]
    return [start for start in starts if after is None or start >= after]


def compute_log_evidence(mean: Floats, n: Floats, target: Floats) -> Floats:
    """Return the logarithm of the evidence that the true mean is below a target.

    Parameters
    ----------
    mean, n
        Mean of facts between 0 and 1, and their number.
    target
        The target of the mean, between 0 and 1.

    Returns
    -------
    One number per mean; 0 without facts. A target of 0 is always met.

    Notes
    -----
    For any fact X in [0, 1] of mean m or more, ``E exp(-λX) ≤ 1 - m + m exp(-λ)``, since exp is convex. So the
    likelihood ratio of yes and no is an e-value for other bounded facts too.

    References
    ----------
    Hoeffding (1963), Probability inequalities for sums of bounded random variables. JASA 58. Ramdas et al. (2023),
    Game-theoretic statistics and safe anytime-valid inference. Statistical Science 38.

    Examples
    --------
    >>> met, missed = compute_log_evidence(np.array([0.8, 0.6]), np.array([200.0, 200.0]), np.array([0.8, 0.8]))
    >>> bool(met < 0 < 9 < missed)
    True
    """
    level = np.clip(target, _EDGE, 1 - _EDGE)[:, None]
    below = expit(logit(level) - np.asarray(_STEPS))
    hits = (mean * n)[:, None]
    gains = hits * np.log(below / level) + (n[:, None] - hits) * np.log((1 - below) / (1 - level))
    evidence = logsumexp(gains, axis=1) - np.log(len(_STEPS))
    return np.where(n > 0, evidence, 0.0)
