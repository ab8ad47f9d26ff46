"""How the level of dates moves with the season, and what outcomes that are known early tell of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from lealtad.base.log_odds import compute_log_odds
from lealtad.learning.season.level import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

_LEAST_INFORMATION = 1e-9
_WIDEST = 3.0  # log-odds
_FEWEST_DATES = 6  # below which nobody knows how far levels move
_FEWEST_MISSES = 3  # below which nobody knows how far early outcomes mislead
_FREE = 1e3  # the spread of levels that may lie anywhere
_SAME_SEASON = 15  # days: dates may lie a month apart
# how much of last year's level comes again cannot be told from one year; the middle errs least
_AGAIN = 0.5
_POOLED = ""  # stands for the season of all dates together
_BOTH = 2

Line = tuple[float, float]


@dataclass(frozen=True)
class Cohort:
    """Customers of a past date whose outcome is partly known.

    Attributes
    ----------
    date
        The date.
    days
        How many days of what followed are known.
    probability
        Of the outcome, per customer, as it was expected on the date.
    seen
        Whether the outcome that is known early was seen in these days, per customer.
    """

    date: date
    days: int
    probability: NDArray[np.float64]
    seen: NDArray[np.bool_]


@dataclass(frozen=True)
class Season:
    """What past dates say of levels, in log-odds of the outcome that takes the whole horizon to be known.

    A silence is known when the horizon is over, a purchase on the day; of contracts it is the end that is known
    early. All is learned on dates that a model learned from.

    Attributes
    ----------
    outcome_days
        Days from a date until its outcome is known.
    early
        Which outcome is known before: 1 that it happened, 0 that it did not.
    spread
        Standard deviation of the levels of dates, without what chance alone would spread them.
    noise
        Standard deviation of what early outcomes told of past levels less what came true.
    shifts
        By date, how far its level lay above the usual one, drawn towards 0 as far as chance may explain it.
    timing
        By days and date (empty: all dates), the line that gives the log-odds of having been seen after so many
        days, among those with the early outcome, by the log-odds of the other.
    """

    outcome_days: int
    early: int
    spread: float
    noise: float
    shifts: dict[str, float]
    timing: dict[str, dict[str, Line]]

    @classmethod
    def learn(  # noqa: PLR0913 - what was promised, what came and what was seen of it
        cls,
        dates: NDArray[np.datetime64],
        probability: NDArray[np.float64],
        happened: NDArray[np.float64],
        seen: Mapping[int, NDArray[np.bool_]],
        *,
        outcome_days: int,
        early: int = 0,
    ) -> Self | None:
        """Learn from rows of dates whose outcome is known; None where levels move no more than chance would.

        Parameters
        ----------
        dates
            Of each row.
        probability
            Of the outcome at the usual level, per row.
        happened
            1 or 0 per row.
        seen
            By days, whether the early outcome had been seen so many days after the row's date.

        Notes
        -----
        The spread is the standard deviation of the dates' levels after the variance that chance gives them,
        `1 / Σ p(1 − p)` per date, is taken off. The noise is measured as the correction will be used: on each
        date, by the dates still open then, with a timing learned on the dates whose outcome was known.
        """
        days = np.asarray(dates, dtype="datetime64[D]")
        rows = _Rows(days, *((1 - probability, 1 - happened) if early else (probability, happened)), seen)
        raw, chance, spread = _measure_levels(rows)
        if spread == 0:
            return None
        noise = _measure_noise(rows, raw, outcome_days)
        if noise is None:
            return None
        share = {day: spread**2 / (spread**2 + chance[day]) for day in raw}
        return cls(
            outcome_days=outcome_days,
            early=early,
            spread=spread,
            noise=noise,
            shifts={str(day): raw[day] * share[day] for day in raw},
            timing={
                str(after): {
                    _POOLED: rows.timing(after),
                    **{str(day): rows.timing(after, rows.at(day)) for day in raw},
                }
                for after in seen
            },
        )

    @property
    def days(self) -> list[int]:
        """After how many days early outcomes are looked at, fewest first."""
        return sorted(int(after) for after in self.timing)

    def open(self, dates: Iterable[date], as_of: date) -> dict[date, int]:
        """Return of which dates the outcome is partly known, and how many days of it are looked at."""
        return find_open_dates(dates, as_of, self.days, self.outcome_days)

    def level(self, as_of: date, cohorts: Sequence[Cohort]) -> Level:
        """Return the level of a date, by the same season a year ago and by what is known of cohorts since.

        Half of last year's level is expected again. How soon customers come back is seasonal too: where cohorts
        have dates a year before them that were learned from, those alone are asked, each by the timing of then.

        References
        ----------
        Miller and Williams (2003), Shrinkage estimators of time series seasonal factors and their effect on
        forecasting accuracy. International Journal of Forecasting 19.
        """
        asked = [one for one in cohorts if self._find_year_before(one.date) is not None] or list(cohorts)
        found = _estimate_level(
            [
                (one, self._expect_level(one.date), self._choose_timing(one))
                for one in map(self._move_to_horizon, asked)
            ],
            spread=self.spread,
            expected=self._expect_level(as_of),
            noise=self.noise,
        )
        return Level(-found.shift, found.rows) if self.early else found

    def _move_to_horizon(self, cohort: Cohort) -> Cohort:
        if not self.early:
            return cohort
        return Cohort(cohort.date, cohort.days, 1 - cohort.probability, cohort.seen)

    def _expect_level(self, day: date) -> float:
        before = self._find_year_before(day)
        return 0.0 if before is None else _AGAIN * self.shifts[before]

    def _choose_timing(self, cohort: Cohort) -> Line:
        of_days = self.timing[str(cohort.days)]
        return of_days[self._find_year_before(cohort.date) or _POOLED]

    def _find_year_before(self, day: date) -> str | None:
        wanted = day - timedelta(days=365)
        distance, found = min((abs((date.fromisoformat(one) - wanted).days), one) for one in self.shifts)
        return found if distance <= _SAME_SEASON else None

    def to_text(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the season that `to_text` wrote down."""
        said: dict[str, Any] = json.loads(text)
        lines = {
            days: {day: (line[0], line[1]) for day, line in by_day.items()}
            for days, by_day in said.pop("timing").items()
        }
        return cls(**said, timing=lines)


def measure_level_spread(
    dates: NDArray[np.datetime64], probability: NDArray[np.float64], happened: NDArray[np.float64]
) -> float:
    """Return how far the levels of dates lie apart beyond chance, in log-odds; 0 too where dates are too few.

    Examples
    --------
    >>> days = np.repeat(np.arange("2026-01-01", "2026-01-11", dtype="datetime64[D]"), 1000)
    >>> often = np.repeat([0.1, 0.3] * 5, 1000)
    >>> happened = (np.tile(np.arange(1000), 10) < 1000 * often).astype(float)
    >>> round(measure_level_spread(days, np.full(10_000, 0.2), happened), 2), measure_level_spread(days, often, happened)
    (0.67, 0.0)
    """
    return _measure_levels(_Rows(np.asarray(dates, dtype="datetime64[D]"), probability, happened, {}))[2]


def find_open_dates(dates: Iterable[date], as_of: date, days: Iterable[int], outcome_days: int) -> dict[date, int]:
    """Return the newest date that lies at least so many days back, for each number of days, while it is open.

    Examples
    --------
    >>> january = [date(2026, 1, day) for day in range(1, 32)]
    >>> {str(day): after for day, after in find_open_dates(january, date(2026, 2, 1), [7, 14], 28).items()}
    {'2026-01-18': 14, '2026-01-25': 7}
    """
    known = list(dates)
    found: dict[date, int] = {}
    for after in sorted(days, reverse=True):
        back = [day for day in known if after <= (as_of - day).days < outcome_days]
        if back and max(back) not in found:
            found[max(back)] = after
    return found


@dataclass(frozen=True)
class _Rows:
    """Rows with the probability and the outcome that takes the whole horizon to be known."""

    dates: NDArray[np.datetime64]
    late: NDArray[np.float64]
    outcome: NDArray[np.float64]
    seen: Mapping[int, NDArray[np.bool_]]

    def timing(self, days: int, which: NDArray[np.bool_] | None = None) -> Line:
        """Return the line of having been seen after so many days, among those with the early outcome."""
        early = self.outcome == 0
        among = early if which is None else early & which
        told, odds = self.seen[days][among], compute_log_odds(self.late[among])
        if len(np.unique(told)) < _BOTH:
            return float(logit((told.sum() + 0.5) / (len(told) + 1))), 0.0
        line = LogisticRegression(solver="newton-cholesky").fit(odds[:, None], told)
        return float(line.intercept_[0]), float(line.coef_[0, 0])

    def at(self, day: date) -> NDArray[np.bool_]:
        return np.asarray(self.dates == np.datetime64(day))

    def cohort(self, day: date, days: int) -> Cohort:
        own = self.at(day)
        return Cohort(day, days, self.late[own], self.seen[days][own])


def _measure_noise(rows: _Rows, shifts: Mapping[date, float], outcome_days: int) -> float | None:
    """Return how far early outcomes of past dates misled about the level, in log-odds; None: it cannot be said."""
    misses = []
    for as_of, true in shifts.items():
        known = rows.dates <= np.datetime64(as_of - timedelta(days=outcome_days))
        cohorts = find_open_dates(shifts, as_of, rows.seen, outcome_days)
        if cohorts and known.any():
            asked = [
                (rows.cohort(day, after), 0.0, rows.timing(after, known)) for day, after in sorted(cohorts.items())
            ]
            misses.append(_estimate_level(asked, spread=_FREE, expected=0.0, noise=0.0).shift - true)
    return float(np.sqrt(np.mean(np.square(misses)))) if len(misses) >= _FEWEST_MISSES else None


def _estimate_level(
    cohorts: Sequence[tuple[Cohort, float, Line]], *, spread: float, expected: float, noise: float
) -> Level:
    """Return the level that cohorts tell, each with what was expected of its date and the timing of its kind."""
    nothing = np.zeros(0)
    odds = np.concatenate([nothing, *(compute_log_odds(one.probability) + shift for one, shift, _ in cohorts)])
    by_now = [expit(line[0] + line[1] * compute_log_odds(one.probability)) for one, _, line in cohorts]
    shown = np.concatenate([nothing, *(one.seen for one, _, _ in cohorts)])
    share = np.concatenate([nothing, *by_now])
    return Level.fit(expit(odds), shown, share, spread=spread, expected=expected, noise=noise)


def _measure_levels(rows: _Rows) -> tuple[dict[date, float], dict[date, float], float]:
    """Return the level of each date, the variance that chance gives it, and the spread of true levels."""
    own = {day: rows.at(day) for day in np.unique(rows.dates).astype("datetime64[D]").tolist()}
    raw = {day: _fit_shift(rows.late[which], rows.outcome[which]) for day, which in own.items()}
    chance = {day: 1 / max(_sum_information(rows.late[which]), _LEAST_INFORMATION) for day, which in own.items()}
    if len(raw) < _FEWEST_DATES:
        return raw, chance, 0.0
    beyond = float(np.var(list(raw.values())) - np.mean(list(chance.values())))
    return raw, chance, max(beyond, 0.0) ** 0.5


def _fit_shift(probability: NDArray[np.float64], outcome: NDArray[np.float64]) -> float:
    """Return by how much the log-odds of a date lie above those expected."""
    odds, rate = compute_log_odds(probability), float(outcome.mean())

    def above(shift: float) -> float:
        return float(expit(odds + shift).mean()) - rate

    if above(-_WIDEST) > 0 or above(_WIDEST) < 0:
        return -_WIDEST if above(-_WIDEST) > 0 else _WIDEST
    return float(brentq(above, -_WIDEST, _WIDEST))


def _sum_information(probability: NDArray[np.float64]) -> float:
    return float((probability * (1 - probability)).sum())
