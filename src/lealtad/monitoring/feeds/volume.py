"""The expected volume of a table: from its weekdays in recent weeks, and the season of earlier years."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WEEK, BASE, YEAR = 7, 56, 364  # days; 364 keeps the weekday
_LOWEST = 0.25  # lower limit, so that a gap last year does not hide one today
_MANY, _NEARLY, _POISSON = 8, 1.5, 60
_DISPERSED = 1.4826  # ratio of standard deviation to median absolute deviation of a normal distribution


@dataclass(frozen=True)
class Volume:
    """The daily facts of one table, oldest first, and how complete a day is after a number of days.

    Attributes
    ----------
    counts
        Facts of each day that are known by the end.
    complete
        Share of a day's facts that is known 0, 1, 2, … days after it; 1 beyond its end.
    """

    counts: Floats
    complete: Floats

    def compute_completeness(self, first: int, last: int, end: int) -> Floats:
        """Return the expected completeness at `end` of each day from `first` to before `last`."""
        age = end - 1 - np.arange(first, last)
        return np.where(age < len(self.complete), self.complete[np.minimum(age, len(self.complete) - 1)], 1.0)

    def compute_expected(self, first: int, last: int, end: int) -> float:
        """Return the expected facts of the days from `first` to before `last`, at the end of day `end` - 1.

        By the means of the weekdays over the eight weeks before `first`; NaN if there are no eight weeks.
        """
        if first < BASE:
            return float("nan")
        if end - last >= len(self.complete) or (self.complete == 1).all():
            usual = self._sum_usual(first, first, last)
        else:
            usual = float(
                (
                    self.compute_weekday_means(first, first, last) * self.compute_completeness(first, last, end)
                ).sum()
            )
        # a high season must not make more facts count as missing
        return usual * min(1.0, self._compute_season(first, last) or 1.0)

    def compute_weekday_means(self, base: int, first: int, last: int) -> Floats:
        """Return the mean of the weekday of each day, over the eight weeks before `base`."""
        usual = self.counts[base - BASE : base].reshape(-1, WEEK).mean(axis=0)
        return np.asarray(usual[(np.arange(first, last) - base) % WEEK])

    def sum_days(self, first: int, last: int) -> float:
        """Return the facts of the days from `first` to before `last`."""
        return float(self._until[last] - self._until[first])

    @cached_property
    def _until(self) -> Floats:
        return np.concatenate([[0.0], np.cumsum(self.counts)])

    def _sum_usual(self, base: int, first: int, last: int) -> float:
        """Return the usual sum of these weekdays, over the eight weeks before `base`."""
        if (last - first) % WEEK:
            return float(self.compute_weekday_means(base, first, last).sum())
        return self.sum_days(base - BASE, base) * (last - first) / BASE

    def _compute_season(self, first: int, last: int) -> float | None:
        """Return the volume of the same days in earlier years over that of the weeks before; None if unknown."""
        ratios = []
        for back in (YEAR, 2 * YEAR):
            then = first - back
            if then >= BASE:
                usual = self._sum_usual(then, then, last - back)
                if usual > 0:
                    ratios.append(max(self.sum_days(then, last - back) / usual, _LOWEST))
        return float(np.exp(np.mean(np.log(ratios)))) if ratios else None

    @property
    def has_season(self) -> bool:
        """Whether there are data for a year and the weeks before it."""
        return len(self.counts) >= YEAR + BASE + WEEK

    def scatter(self, days: int, end: int) -> tuple[float, int]:
        """Return the scatter of windows of some days before `end`, in Poisson units, with degrees of freedom.

        It uses the windows whose season is known, if there are at least eight. A scatter close to Poisson counts
        as Poisson.
        """
        windows = [(last - days, last) for last in range(end - days, BASE + days - 1, -days)]
        seasons = [self._compute_season(first, last) for first, last in windows]
        if sum(season is not None for season in seasons) >= _MANY:
            windows = [window for window, season in zip(windows, seasons, strict=True) if season is not None]
            seasons = [season for season in seasons if season is not None]
        distances = [
            compute_distance(
                float(self.counts[first:last].sum()),
                float(self.compute_weekday_means(first, first, last).sum()) * (s or 1.0),
            )
            for (first, last), s in zip(windows, seasons, strict=True)
        ]
        least = (1 + days / BASE) ** 0.5  # the weeks before are also a sample
        spread = _DISPERSED * float(np.median(np.abs(distances))) if distances else 0.0
        return max(least, spread), _POISSON if spread <= _NEARLY * least else len(distances) - 1


def compute_distance(counted: float, expected: float) -> float:
    """Return the distance of a count from the expectation, in standard deviations of a Poisson count.

    Examples
    --------
    >>> round(compute_distance(81, 100), 1)
    -2.0
    """
    return float(2 * (np.sqrt(counted + 0.375) - np.sqrt(expected + 0.375)))
