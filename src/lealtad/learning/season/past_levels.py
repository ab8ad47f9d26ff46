"""Levels of past dates: their spread, and the error of early outcomes about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from lealtad.base.log_odds import compute_log_odds
from lealtad.learning.season.cohorts import Cohort, Line, estimate_cohort_level, find_open_dates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_LEAST_INFORMATION = 1e-9
_WIDEST = 3.0  # log-odds
_FEWEST_DATES = 6  # needed to estimate the spread of levels
_FEWEST_MISSES = 3  # needed to estimate the error of early outcomes
_FREE = 1e3  # prior spread of unconstrained levels
_BOTH = 2


@dataclass(frozen=True)
class PastRows:
    """Rows with the probability and the outcome that takes the whole horizon to be known."""

    dates: NDArray[np.datetime64]
    late: NDArray[np.float64]
    outcome: NDArray[np.float64]
    seen: Mapping[int, NDArray[np.bool_]]

    def fit_timing(self, days: int, which: NDArray[np.bool_] | None = None) -> Line:
        """Return the line of having been seen after that many days, among those with the early outcome."""
        early = self.outcome == 0
        among = early if which is None else early & which
        early_outcome, odds = self.seen[days][among], compute_log_odds(self.late[among])
        if len(np.unique(early_outcome)) < _BOTH:
            return float(logit((early_outcome.sum() + 0.5) / (len(early_outcome) + 1))), 0.0
        line = LogisticRegression(solver="newton-cholesky").fit(odds[:, None], early_outcome)
        return float(line.intercept_[0]), float(line.coef_[0, 0])

    def at(self, day: date) -> NDArray[np.bool_]:
        """Return a mask of the rows of a date."""
        return np.asarray(self.dates == np.datetime64(day))

    def cohort(self, day: date, days: int) -> Cohort:
        """Return the customers of the date, with what was seen of them after that many days."""
        own = self.at(day)
        return Cohort(day, days, self.late[own], self.seen[days][own])


def measure_level_spread(
    dates: NDArray[np.datetime64], probability: NDArray[np.float64], happened: NDArray[np.float64]
) -> float:
    """Return how much the levels of dates differ beyond chance, in log-odds; 0 too where dates are too few.

    Examples
    --------
    >>> days = np.repeat(np.arange("2026-01-01", "2026-01-11", dtype="datetime64[D]"), 1000)
    >>> often = np.repeat([0.1, 0.3] * 5, 1000)
    >>> happened = (np.tile(np.arange(1000), 10) < 1000 * often).astype(float)
    >>> [round(measure_level_spread(days, p, happened), 2) for p in (np.full(10_000, 0.2), often)]
    [0.67, 0.0]
    """
    return measure_levels(PastRows(np.asarray(dates, dtype="datetime64[D]"), probability, happened, {}))[2]


def measure_levels(rows: PastRows) -> tuple[dict[date, float], dict[date, float], float]:
    """Return the level of each date, the variance that chance gives it, and the spread of true levels."""
    own = {day: rows.at(day) for day in np.unique(rows.dates).astype("datetime64[D]").tolist()}
    raw = {day: _fit_shift(rows.late[which], rows.outcome[which]) for day, which in own.items()}
    chance = {day: 1 / max(_sum_information(rows.late[which]), _LEAST_INFORMATION) for day, which in own.items()}
    if len(raw) < _FEWEST_DATES:
        return raw, chance, 0.0
    beyond = float(np.var(list(raw.values())) - np.mean(list(chance.values())))
    return raw, chance, max(beyond, 0.0) ** 0.5


def measure_noise(rows: PastRows, shifts: Mapping[date, float], outcome_days: int) -> float | None:
    """Return the error of early outcomes about past levels, in log-odds; None if unknown."""
    misses = []
    for as_of, true in shifts.items():
        is_closed = rows.dates <= np.datetime64(as_of - timedelta(days=outcome_days))
        cohorts = find_open_dates(shifts, as_of, rows.seen, outcome_days)
        if cohorts and is_closed.any():
            asked = [
                (rows.cohort(day, after), 0.0, rows.fit_timing(after, is_closed))
                for day, after in sorted(cohorts.items())
            ]
            misses.append(estimate_cohort_level(asked, spread=_FREE, expected=0.0, noise=0.0).shift - true)
    return float(np.sqrt(np.mean(np.square(misses)))) if len(misses) >= _FEWEST_MISSES else None


def _fit_shift(probability: NDArray[np.float64], outcome: NDArray[np.float64]) -> float:
    """Return by how much the log-odds of a date exceed those expected."""
    odds, rate = compute_log_odds(probability), float(outcome.mean())

    def above(shift: float) -> float:
        return float(expit(odds + shift).mean()) - rate

    if above(-_WIDEST) > 0 or above(_WIDEST) < 0:
        return -_WIDEST if above(-_WIDEST) > 0 else _WIDEST
    return float(brentq(above, -_WIDEST, _WIDEST))


def _sum_information(probability: NDArray[np.float64]) -> float:
    return float((probability * (1 - probability)).sum())
