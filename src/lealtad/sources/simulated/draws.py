"""Random draws for many customers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.weeks import DAY, HOUR, WEEK

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Flags, Floats, Ints

_BUSIEST_HOUR, _HOURS_SPREAD = 15.0, 4.5


def draw_occurrences(rng: np.random.Generator, rate: Floats) -> Ints:
    """Draw how often something happens to each customer, and return each customer once per occurrence."""
    return np.repeat(np.arange(rate.size), rng.poisson(rate))


def draw_moments(rng: np.random.Generator, as_of: int, utc_offset_hours: Floats) -> Ints:
    """Draw one instant of the week for each offset, mostly in the customer's afternoon."""
    size = utc_offset_hours.size
    hour = np.mod(rng.normal(_BUSIEST_HOUR, _HOURS_SPREAD, size) - utc_offset_hours, 24.0)
    inside = rng.integers(0, 7, size) * DAY + (hour * HOUR).astype(np.int64)
    return as_of + np.minimum(inside, WEEK - 1)


def draw_instants(rng: np.random.Generator, as_of: int, size: int) -> Ints:
    """Draw instants of the week, all equally likely."""
    return as_of + rng.integers(0, WEEK, size)


def draw_flags(rng: np.random.Generator, probability: Floats) -> Flags:
    """Draw true with each probability."""
    tossed: Flags = rng.random(probability.size) < probability
    return tossed


def draw_choices(rng: np.random.Generator, cumulative: Floats) -> Ints:
    """Draw one column per row of cumulative probabilities."""
    draws = rng.random((cumulative.shape[0], 1))
    drawn: Ints = (draws > cumulative).sum(axis=1)
    return np.minimum(drawn, np.int64(cumulative.shape[1] - 1))


def draw_categories(rng: np.random.Generator, weights: tuple[float, ...], size: int) -> Ints:
    """Draw positions in `weights`, each in proportion to its weight."""
    cumulative = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(cumulative, rng.random(size)), len(weights) - 1).astype(np.int64)


def draw_spread(rng: np.random.Generator, median: Floats, sigma: float) -> Floats:
    """Draw lognormal amounts around each median."""
    return median * np.exp(rng.normal(0.0, sigma, median.size))
