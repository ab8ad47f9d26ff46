"""Exact tests of whether something became more frequent: the last 28 days against the 182 days before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import hypergeom, nbinom, poisson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RECENT, BEFORE = timedelta(days=28), timedelta(days=182)
LEAST = 5  # customers; fewer are not reported
_CAUTION = 1.5  # the spread is estimated from 26 weeks that resemble one another


def compute_increase_chance(hits: Floats, asked: Floats, hits_before: Floats, asked_before: Floats) -> Floats:
    """Return the probability of at least this many recent hits if nothing changed (Fisher's exact test).

    Parameters
    ----------
    hits, asked
        Customers of the recent days: with a hit, and all.
    hits_before, asked_before
        The same for the days before.

    Examples
    --------
    >>> chance = compute_increase_chance(*(np.array([n]) for n in (12.0, 40.0, 6.0, 160.0)))
    >>> float(chance[0]) < 1e-4
    True
    """
    possible = (asked > 0) & (asked_before > 0) & (hits >= LEAST)
    chance = hypergeom.sf(hits - 1, asked + asked_before, hits + hits_before, asked)
    return np.where(possible, chance, 1.0)


def compute_growth_chance(now: float, before: Floats) -> float:
    """Return the probability of a queue at least as long as now, given its length in earlier weeks.

    The lengths vary at least as Poisson counts do, and as much more as the weeks before show. A queue no longer
    than in any of these weeks has not grown: 1. So has one with fewer than eight weeks before it.

    Examples
    --------
    >>> weeks = np.array([10.0, 12, 9, 11] * 6)
    >>> compute_growth_chance(12, weeks), compute_growth_chance(40, weeks) < 1e-5
    (1.0, True)
    """
    enough = 8
    if before.size < enough or now <= before.max():
        return 1.0
    mean = max(float(before.mean()), 0.5)
    # the mean is uncertain as well
    variance = _CAUTION * max(float(before.var(ddof=1)), mean) * (1 + 4 / before.size)
    if variance <= mean:
        return float(poisson.sf(now - 1, mean))
    size = mean**2 / (variance - mean)
    return float(nbinom.sf(now - 1, size, size / (size + mean)))
