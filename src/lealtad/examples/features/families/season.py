"""Season: where the as-of date stands in the week and in the year, the same for every customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples.features.engine.facts import DAY
from lealtad.examples.features.feature import feature
from lealtad.examples.features.units import NUMBER

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

_WEEK, _YEAR = 7 * DAY, 365.2425 * DAY
_MONDAY = 4 * DAY  # 1970 began on a Thursday


@feature(source="dates", unit=NUMBER, about="season")
def weekday_sine(facts: Facts) -> Matrix:
    """Sine of the time since Monday 00:00 UTC, a week being a circle (number)."""
    return _everybody(facts, np.sin(_angle(facts, _WEEK, _MONDAY)))


@feature(source="dates", unit=NUMBER, about="season")
def weekday_cosine(facts: Facts) -> Matrix:
    """Cosine of the time since Monday 00:00 UTC, a week being a circle (number)."""
    return _everybody(facts, np.cos(_angle(facts, _WEEK, _MONDAY)))


@feature(source="dates", unit=NUMBER, about="season")
def season_sine(facts: Facts) -> Matrix:
    """Sine of the time since the year 1970 began, a mean year being a circle (number)."""
    return _everybody(facts, np.sin(_angle(facts, _YEAR)))


@feature(source="dates", unit=NUMBER, about="season")
def season_cosine(facts: Facts) -> Matrix:
    """Cosine of the time since the year 1970 began, a mean year being a circle (number)."""
    return _everybody(facts, np.cos(_angle(facts, _YEAR)))


def _angle(facts: Facts, circle: float, start: float = 0.0) -> Matrix:
    passed = (facts.grid.as_of.astype(np.float64) - start) % circle
    return np.asarray(2 * np.pi * passed / circle, dtype=np.float64)


def _everybody(facts: Facts, values: Matrix) -> Matrix:
    return np.broadcast_to(values, facts.grid.shape)
