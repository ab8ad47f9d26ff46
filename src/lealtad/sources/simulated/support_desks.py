"""The two support desks: their business hours, and their backlogs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from lealtad.base.public_holidays import list_public_holidays
from lealtad.sources.simulated.weeks import MINUTE, SECOND, WEEK, Weeks

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Floats, Ints

_OPENS, _CLOSES = time(9), time(18)
_SATURDAY = 5
# tickets of the last days are answered after the end of the data
_LOOK_AHEAD = 60 * WEEK


@dataclass(frozen=True)
class Desk:
    """One support site and its opening spans (UTC), in order, without overlap.

    Attributes
    ----------
    elapsed
        Business microseconds before each span opens.
    """

    zone: str
    opens: Ints
    closes: Ints
    elapsed: Ints

    def measure_business_time(self, instants: Ints) -> Ints:
        """Return the business microseconds before each instant."""
        span = np.maximum(np.searchsorted(self.opens, instants, side="right") - 1, 0)
        inside = np.clip(instants, self.opens[span], self.closes[span]) - self.opens[span]
        return self.elapsed[span] + inside

    def add_business_hours(self, instants: Ints, hours: Floats) -> Ints:
        """Return the instants that are some business hours after others."""
        target = self.measure_business_time(instants) + (hours * 60 * MINUTE).astype(np.int64)
        span = np.maximum(np.searchsorted(self.elapsed, target, side="right") - 1, 0)
        return self.opens[span] + (target - self.elapsed[span])


# zone, country and region of the holidays
_SITES = (("Europe/Madrid", "ES", "MD"), ("America/Mexico_City", "MX", None))
ZONES = tuple(zone for zone, _, _ in _SITES)
UTC_OFFSET_HOURS = np.array([1.0, -6.0])


@lru_cache(maxsize=4)
def build_desks(weeks: Weeks) -> tuple[Desk, ...]:
    """Build the desks with their working days from before the first week to well after the last."""
    first = _get_day(weeks.start - WEEK)
    last = _get_day(weeks.end + _LOOK_AHEAD)
    return tuple(_build_desk(zone, country, region, first, last) for zone, country, region in _SITES)


def draw_backlogs(rng: np.random.Generator, weeks: Weeks) -> Floats:
    """Draw the factor by which each desk is slower than usual, as a slow random walk: weeks × desks."""
    level = np.zeros((weeks.count, len(_SITES)))
    shocks = rng.normal(0.0, 0.22, level.shape)
    for week in range(1, weeks.count):
        level[week] = 0.9 * level[week - 1] + shocks[week]
    return np.exp(level)


def _get_day(instant: int) -> date:
    return datetime.fromtimestamp(instant / SECOND, UTC).date()


def _build_desk(zone: str, country: str, region: str | None, first: date, last: date) -> Desk:
    years = range(first.year, last.year + 1)
    closed = list_public_holidays(country, region, years)
    every = (first + timedelta(days=n) for n in range((last - first).days))
    days = [day for day in every if day.weekday() < _SATURDAY and day not in closed]
    opens = np.array([_get_instant(day, _OPENS, zone) for day in days])
    closes = np.array([_get_instant(day, _CLOSES, zone) for day in days])
    elapsed = np.concatenate([[0], np.cumsum(closes - opens)[:-1]])
    return Desk(zone, opens, closes, elapsed)


def _get_instant(day: date, clock: time, zone: str) -> int:
    return int(datetime.combine(day, clock, ZoneInfo(zone)).timestamp()) * SECOND
