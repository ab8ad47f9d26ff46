"""The season: the movement of levels between dates, and what early outcomes show of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from lealtad.learning.season.cohorts import Cohort, Line, estimate_cohort_level, find_open_dates
from lealtad.learning.season.level import Level
from lealtad.learning.season.past_levels import PastRows, measure_levels, measure_noise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

_SAME_SEASON = 15  # days; dates may be a month apart
# share of last year's level that recurs; unknown from one year, so one half minimises the error
_AGAIN = 0.5
_POOLED = ""  # stands for the season of all dates together


@dataclass(frozen=True)
class Season:
    """The levels of past dates, in log-odds of the outcome that takes the whole horizon to become known.

    A silence is known when the horizon is over, but a purchase on its day; for contracts, the end is known early.
    Everything is learned on the model's training dates.

    Attributes
    ----------
    outcome_days
        Days from a date until its outcome is known.
    early
        Which outcome is known before: 1 that it happened, 0 that it did not.
    spread
        Standard deviation of the levels of dates, without what chance alone would spread them.
    noise
        Standard deviation of what early outcomes showed of past levels less what came true.
    shifts
        By date, how far its level was above the usual one, drawn towards 0 as far as chance may explain it.
    timing
        By days and date (empty: all dates), a line. It gives the log-odds of having been seen after these days,
        among customers with the early outcome, by the log-odds of the other.
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
        """Learn from rows of dates whose outcome is known; None if levels move no more than chance would.

        Parameters
        ----------
        dates
            One per row.
        probability
            That of the outcome at the usual level, per row.
        happened
            1 or 0 per row.
        seen
            By days, whether the early outcome had been seen that many days after the row's date.

        Notes
        -----
        The spread is the standard deviation of the dates' levels after the variance that chance gives them,
        `1 / Σ p(1 − p)` per date, is taken off. The noise is measured as the correction will be used. On each date
        it comes from the dates still open then, with a timing learned on the dates whose outcome was known.
        """
        days = np.asarray(dates, dtype="datetime64[D]")
        rows = PastRows(days, *((1 - probability, 1 - happened) if early else (probability, happened)), seen)
        raw, chance, spread = measure_levels(rows)
        if spread == 0:
            return None
        noise = measure_noise(rows, raw, outcome_days)
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
                    _POOLED: rows.fit_timing(after),
                    **{str(day): rows.fit_timing(after, rows.at(day)) for day in raw},
                }
                for after in seen
            },
        )

    @property
    def days(self) -> list[int]:
        """The numbers of days after which early outcomes are used, ascending."""
        return sorted(int(after) for after in self.timing)

    def open(self, dates: Iterable[date], as_of: date) -> dict[date, int]:
        """Return the dates whose outcome is partly known, and the number of known days used."""
        return find_open_dates(dates, as_of, self.days, self.outcome_days)

    def level(self, as_of: date, cohorts: Sequence[Cohort]) -> Level:
        """Return the level of a date, by the same season a year ago and by what is known of cohorts since.

        Half of last year's level is expected again. How soon customers come back is seasonal too. Where cohorts
        have dates a year before them that were learned from, those alone are asked, each by the timing of then.

        References
        ----------
        Miller and Williams (2003), Shrinkage estimators of time series seasonal factors and their effect on
        forecasting accuracy. International Journal of Forecasting 19.
        """
        asked = [cohort for cohort in cohorts if self._find_year_before(cohort.date) is not None] or list(cohorts)
        level = estimate_cohort_level(
            [
                (cohort, self._expect_level(cohort.date), self._choose_timing(cohort))
                for cohort in map(self._move_to_horizon, asked)
            ],
            spread=self.spread,
            expected=self._expect_level(as_of),
            noise=self.noise,
        )
        return Level(-level.shift, level.rows) if self.early else level

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
        distance, nearest = min((abs((date.fromisoformat(past) - wanted).days), past) for past in self.shifts)
        return nearest if distance <= _SAME_SEASON else None

    def to_text(self) -> str:
        """Return the season as JSON."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the season that `to_text` returned."""
        values: dict[str, Any] = json.loads(text)
        lines = {
            days: {day: (line[0], line[1]) for day, line in by_day.items()}
            for days, by_day in values.pop("timing").items()
        }
        return cls(**values, timing=lines)
