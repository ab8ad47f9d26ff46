"""Sequential evidence, which may be checked every night without raising the rate of false alarms.

Each date a horizon after the one before adds a likelihood ratio. It compares how well a change explains what
happened with the largest error that does not matter. The product since any date is an e-value. If nothing changed,
it passes `1/error` with at most the probability `error`, however often it is looked at (Ville's inequality). A
change may begin at any date; a year has many possible beginnings, and they share the error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_YEAR = 365


@dataclass(frozen=True)
class Evidence:
    """The evidence for a change, and the date since which it is strongest.

    Attributes
    ----------
    since
        Position of the date from which on the evidence is strongest.
    """

    is_sure: bool
    since: int


def select_dates_apart(dates: Iterable[datetime], days: int) -> list[datetime]:
    """Select dates from the oldest on, each at least that many days after the one before.

    Examples
    --------
    >>> from datetime import datetime
    >>> nights = [datetime(2026, 1, day) for day in range(1, 31)]
    >>> [date.day for date in select_dates_apart(nights, 28)]
    [1, 29]
    """
    chosen: list[datetime] = []
    for date in sorted(set(dates)):
        if not chosen or date - chosen[-1] >= timedelta(days=days):
            chosen.append(date)
    return chosen


def count_beginnings(outcome_days: int) -> int:
    """Return the number of dates a horizon apart within a year."""
    return -(-_YEAR // outcome_days)


def weigh_evidence(gains: Floats, error: float, most: int) -> Evidence:
    """Combine the evidence of dates, oldest first.

    Parameters
    ----------
    gains
        Dates × alternatives: logarithms of likelihood ratios against the largest error that does not matter.
    error
        Allowed probability of a false alarm within a year.
    most
        Number of dates to use, counted from the newest; as many as a year has.

    Examples
    --------
    >>> weigh_evidence(np.full((3, 1), 3.0), error=0.01, most=13)  # e⁹ against 13 / .01
    Evidence(is_sure=True, since=0)
    >>> weigh_evidence(np.full((3, 1), -1.0), error=0.01, most=13).is_sure
    False
    """
    recent = gains[-most:]
    if not len(recent):
        return Evidence(is_sure=False, since=0)
    since_each = np.cumsum(recent[::-1], axis=0)[::-1]
    strength = logsumexp(since_each, axis=1) - np.log(gains.shape[1])
    best = int(np.argmax(strength))
    return Evidence(bool(strength[best] >= np.log(most / error)), len(gains) - len(recent) + best)


def compute_count_gains(happened: Floats, expected: Floats, limit: float, alternatives: Sequence[float]) -> Floats:
    """Return log likelihood ratios of counts: `alternatives` times what was expected against `limit` times.

    A sum of yes and no varies less than a Poisson count of the same mean. So the ratio of Poisson counts is an
    e-value for it, whatever the single probabilities are.
    """
    ratios = np.asarray(alternatives, dtype=np.float64)
    gains = happened[:, None] * np.log(ratios / limit) - expected[:, None] * (ratios - limit)
    return np.asarray(gains, dtype=np.float64)


def compute_normal_gains(values: Floats, errors: Floats, limit: float, alternatives: Sequence[float]) -> Floats:
    """Return log likelihood ratios of estimates with their standard errors: `alternatives` against `limit`."""
    other = np.asarray(alternatives, dtype=np.float64)
    near, far = (values[:, None] - limit) ** 2, (values[:, None] - other) ** 2
    return np.asarray((near - far) / (2 * errors[:, None] ** 2), dtype=np.float64)
