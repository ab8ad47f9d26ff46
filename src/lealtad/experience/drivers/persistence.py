"""Persistence of experiences between the date of an example and its outcome some weeks later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_PAIRS = 100


def measure_carry(
    index: NDArray[np.float64], customer: NDArray[np.int64], day: NDArray[np.float64], horizon_days: float
) -> float:
    """Return the part of an effect that experiences before a date have within the horizon after it, 0.5 to 1.

    Experiences fade, and new ones begin before the outcome. So the slope of the outcome on experiences up to the
    date is smaller than the effect of permanent ones. The yearly cost of a driver is the slope divided by this
    part.

    Parameters
    ----------
    index
        Experiences as one number per example: the columns of a driver times their slopes.
    customer, day
        The customer of each example, numbered, and its date in days.

    Notes
    -----
    With r, the slope of the index on that of the same customer a horizon before, the mean over the horizon is
    ``(1 + r) / 2`` (trapezoid). Without 100 pairs of examples it is 1.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> first = rng.normal(size=500)
    >>> later = 0.4 * first + rng.normal(size=500)
    >>> who, day = np.tile(np.arange(500), 2), np.repeat([0.0, 28.0], 500)
    >>> bool(abs(measure_carry(np.concatenate([first, later]), who, day, 28) - 0.7) < 0.05)
    True
    """
    days = np.unique(day)
    gaps = np.unique(np.diff(days)) if days.size > 1 else np.zeros(0)
    if not gaps.size or index.std() == 0:
        return 1.0
    gap = float(gaps[0])
    now, then = _pair(customer, day, gap)
    if now.size < _LEAST_PAIRS or index[now].std() == 0:
        return 1.0
    slope = float(np.cov(index[now], index[then])[0, 1] / index[now].var(ddof=1))
    kept = min(max(slope, 0.0), 1.0) ** (horizon_days / gap)
    return float((1 + kept) / 2)


def describe_gain_range(gain: tuple[float, float, float], scale: float, carry: float) -> dict[str, float]:
    """Return the gain from fixing a driver, with an interval that is valid however experiences persist.

    Examples see a day and not the weeks after it. So the bounds reach from no new moment within the horizon to as
    many as before; the value takes as many as before.

    Parameters
    ----------
    gain
        Estimate and bounds of the change by the experiences up to the date.
    scale
        From the mean of the examples to the unit of the outcome.
    carry
        As `measure_carry` returns it.

    Examples
    --------
    >>> describe_gain_range((2.0, 1.0, 3.0), 10.0, 0.5)
    {'gain': 40.0, 'gain_low': 10.0, 'gain_high': 60.0}
    """
    ends = [scale * end / part for end in gain[1:] for part in (carry, 1.0)]
    return {"gain": scale * gain[0] / carry, "gain_low": min(ends), "gain_high": max(ends)}


def _pair(
    customer: NDArray[np.int64], day: NDArray[np.float64], gap: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of examples, and of the same customers' examples one gap later."""
    width = float(day.max() - day.min()) + 2 * gap + 1
    key = customer * width + (day - day.min())
    order = np.argsort(key, kind="stable")
    place = np.minimum(np.searchsorted(key[order], key + gap - 1e-6), len(key) - 1)
    later = order[place]
    paired = np.abs(key[later] - key - gap) < 1e-3  # noqa: PLR2004 - days are whole up to rounding
    return np.flatnonzero(paired), later[paired]
