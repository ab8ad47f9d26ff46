"""The level of each season, separated from the customers who churn in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_ROWS_PER_SEASON = 100  # fewer say little about a level
_MOST_SEASONS = 24
_RECENT, _CLEARLY = 3, 2 / 3  # moments; of the error
_PRIOR = 10.0  # rows at the common rate that each season starts with


def estimate_season_levels(time: ArrayLike, y: ArrayLike, weight: ArrayLike | None = None) -> NDArray[np.float64]:
    """Return the log-odds of the outcome in the season of each row.

    A season is one moment of `time` where moments hold many rows, such as as-of dates. Otherwise it is a stretch
    of time of at least 100 rows. Trees with these levels learn who churns, given how many churn. Calendar effects
    are then not taken for traits of the customers of that season.

    Parameters
    ----------
    time
        Time of each row, as a number.
    weight
        How many rows each one stands for; None counts each once.

    Notes
    -----
    `logit((Σ y + 10·r) / (n + 10))` with r the rate of all rows.

    Examples
    --------
    >>> estimate_season_levels([1] * 200 + [2] * 200, [0, 1] * 100 + [0, 0, 0, 1] * 50)[[0, -1]].round(2).tolist()
    [-0.02, -1.07]
    """
    season, happened = number_seasons(time), np.asarray(y, dtype=np.float64)
    stands = np.ones(len(season)) if weight is None else np.asarray(weight, dtype=np.float64)
    rate = np.average(happened, weights=stands)
    counts, sums = np.bincount(season, weights=stands), np.bincount(season, weights=stands * happened)
    return np.asarray(logit((sums + _PRIOR * rate) / (counts + _PRIOR))[season])


def number_seasons(time: ArrayLike) -> NDArray[np.int_]:
    """Return the number of the season of each row: a moment of many rows, else a stretch of at least 100 rows.

    Examples
    --------
    >>> number_seasons([5.0] * 100 + [9.0] * 100)[[0, -1]].tolist()
    [0, 1]
    """
    when = np.asarray(time, dtype=np.float64)
    _, moment = np.unique(when, return_inverse=True)
    moments = int(moment.max()) + 1
    if len(when) / moments >= _ROWS_PER_SEASON:
        return np.asarray(moment)
    seasons = max(1, min(_MOST_SEASONS, len(when) // _ROWS_PER_SEASON))
    sizes = np.bincount(moment)
    return np.asarray((((np.cumsum(sizes) - sizes) * seasons) // len(when))[moment])


def estimate_typical_level(time: ArrayLike, level: ArrayLike, *, recent: bool = False) -> float:
    """Return the expected level of an unknown season: the mean over moments in time, each counted once.

    Parameters
    ----------
    recent
        Whether to use only the last three moments, if levels follow a trend; see `follows_trend`.

    Examples
    --------
    >>> estimate_typical_level([1, 1, 1, 2], [0.0, 0.0, 0.0, 1.0])
    0.5
    """
    _, first = np.unique(np.asarray(time), return_index=True)
    levels = np.asarray(level, dtype=np.float64)[first]
    return float((levels[-_RECENT:] if recent else levels).mean())


def follows_trend(
    time: ArrayLike, level: ArrayLike, parts: Sequence[tuple[NDArray[np.int_], NDArray[np.int_]]]
) -> bool:
    """Return whether the last levels predict later ones clearly better than the mean of all.

    Parameters
    ----------
    parts
        Positions of earlier rows, and of later ones whose level is predicted.

    Returns
    -------
    Whether the error is less than two thirds, over two parts or more.

    Examples
    --------
    >>> time = np.arange(12.0)
    >>> parts = [(np.arange(6), np.arange(6, 9)), (np.arange(9), np.arange(9, 12))]
    >>> follows_trend(time, time / 10, parts), follows_trend(time, time % 2, parts)
    (True, False)
    """
    when, levels = np.asarray(time, dtype=np.float64), np.asarray(level, dtype=np.float64)
    errors = []
    for earlier, later in parts:
        actual = estimate_typical_level(when[later], levels[later])
        forecast = [estimate_typical_level(when[earlier], levels[earlier], recent=flag) for flag in (False, True)]
        errors.append(np.abs(np.array(forecast) - actual))
    if len(errors) < 2:  # noqa: PLR2004 - one part may be luck
        return False
    by_mean, by_last = np.sum(errors, axis=0)
    return bool(by_last < _CLEARLY * by_mean)
