"""The weeks of a simulation; instants are microseconds since 1970 in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Ints

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
NEVER = np.iinfo(np.int64).max // 2
_DAYS_PER_MONTH = 365.25 / 12


def to_instant(day: date) -> int:
    """Return the midnight (UTC) at which `day` begins."""
    return int(datetime.combine(day, time(), UTC).timestamp()) * SECOND


@dataclass(frozen=True)
class Weeks:
    """`count` weeks up to `end`; week k begins at `as_of(k)` and `as_of(count)` is the end."""

    end: int
    count: int

    @classmethod
    def before(cls, end: date, months: int) -> Weeks:
        """Return the number of whole weeks nearest to `months` months before `end`.

        Examples
        --------
        >>> Weeks.before(date(2026, 1, 1), 24).count
        104
        """
        return cls(to_instant(end), round(months * _DAYS_PER_MONTH / 7))

    @property
    def start(self) -> int:
        """The instant at which the first week begins."""
        return self.as_of(0)

    def as_of(self, week: int) -> int:
        """Return the instant at which a week begins."""
        return self.end - (self.count - week) * WEEK

    def find_week(self, instants: Ints) -> Ints:
        """Return the week of each instant, within the simulated ones."""
        return np.clip((instants - self.start) // WEEK, 0, self.count - 1)

    def find_next_week(self, instants: Ints) -> Ints:
        """Return the first week that begins after each instant; `count + 1` if none does."""
        return np.clip((instants - self.start) // WEEK + 1, 0, self.count + 1)
