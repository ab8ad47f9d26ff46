"""Customers of past dates whose outcome is partly known, and the level that they show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from lealtad.base.log_odds import compute_log_odds
from lealtad.learning.season.level import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

Line = tuple[float, float]  # intercept and slope, in log-odds


@dataclass(frozen=True)
class Cohort:
    """Customers of a past date whose outcome is partly known.

    Attributes
    ----------
    date
        The date.
    days
        Number of following days that are known.
    probability
        Probability of the outcome per customer, as predicted on the date.
    seen
        Whether the early outcome was seen in these days, per customer.
    """

    date: date
    days: int
    probability: NDArray[np.float64]
    seen: NDArray[np.bool_]


def find_open_dates(dates: Iterable[date], as_of: date, days: Iterable[int], outcome_days: int) -> dict[date, int]:
    """Return, for each number of days, the newest date at least that many days ago whose outcome is still open.

    Examples
    --------
    >>> from datetime import date
    >>> january = [date(2026, 1, day) for day in range(1, 32)]
    >>> {str(day): after for day, after in find_open_dates(january, date(2026, 2, 1), [7, 14], 28).items()}
    {'2026-01-18': 14, '2026-01-25': 7}
    """
    candidates = list(dates)
    after_by_date: dict[date, int] = {}
    for after in sorted(days, reverse=True):
        back = [day for day in candidates if after <= (as_of - day).days < outcome_days]
        if back and max(back) not in after_by_date:
            after_by_date[max(back)] = after
    return after_by_date


def estimate_cohort_level(
    cohorts: Sequence[tuple[Cohort, float, Line]], *, spread: float, expected: float, noise: float
) -> Level:
    """Return the level that cohorts show, each with its expected level and its timing."""
    nothing = np.zeros(0)
    odds = np.concatenate(
        [nothing, *(compute_log_odds(cohort.probability) + shift for cohort, shift, _ in cohorts)]
    )
    by_now = [expit(line[0] + line[1] * compute_log_odds(cohort.probability)) for cohort, _, line in cohorts]
    shown = np.concatenate([nothing, *(cohort.seen for cohort, _, _ in cohorts)])
    share = np.concatenate([nothing, *by_now])
    return Level.fit(expit(odds), shown, share, spread=spread, expected=expected, noise=noise)
