"""How fast the effect of a contact wears off: its half-life, with an interval and a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import optimize, stats
from scipy.special import expit, xlogy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STEPS, _SHORTEST, _LONGEST = 121, 0.25, 104.0  # weeks
_LEAST_LEFT = 20
_NEWTON = 60
_TINY = 1e-9


@dataclass(frozen=True)
class EffectDecay:
    """The effect on the log-odds of churn in a week: `first · 2^(-week / half_life)`.

    Attributes
    ----------
    first, first_low, first_high
        The effect in the first week; below 0 it keeps customers.
    half_life, low, high
        In weeks, with the 95 % interval. Infinite: it does not wear off. NaN: nothing was measured.
    p_value
        p-value of an effect that never wears off.
    any_effect
        p-value of no effect in any week.
    """

    first: float
    first_low: float
    first_high: float
    half_life: float
    low: float
    high: float
    p_value: float
    any_effect: float

    def compute_share(self, weeks: float) -> float:
        """Return the share of the effect that is left after that many weeks.

        Examples
        --------
        >>> EffectDecay(-0.5, -0.7, -0.3, 4.0, 2.0, 8.0, 0.01, 0.001).compute_share(8)
        0.25
        """
        return float(2.0 ** (-weeks / self.half_life)) if self.half_life > 0 else 0.0


_UNKNOWN = float("nan")
_NOTHING = EffectDecay(_UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, 1.0, 1.0)


@dataclass(frozen=True)
class _Weeks:
    """Both arms by week: at risk and left, treated last."""

    at_risk: Floats
    left: Floats

    @property
    def count(self) -> int:
        return int(self.at_risk.shape[1])


def estimate_decay(weekly: pl.DataFrame) -> EffectDecay:
    """Estimate how fast the effect of a contact wears off.

    Parameters
    ----------
    weekly
        As `count_weeks` returns it.

    Returns
    -------
    The decay; NaN if fewer than 20 customers churned, or only one week was followed.

    Notes
    -----
    Each week has its own level. The half-life maximises the likelihood over values from a quarter of a week to two
    years, and over no decay at all. Its interval contains the values that the likelihood ratio does not reject. No
    decay is at the border of the test, so its p-value is half that of chi-squared.

    Examples
    --------
    >>> at_risk = [10_000.0] * 6
    >>> left = [[0.05 * n for n in at_risk], [0.0270, 0.0369, 0.0430, 0.0464, 0.0482, 0.0491]]
    >>> rows = [(arm == 1, week, 10_000, round(left[0][week] if arm == 0 else 10_000 * left[1][week]))
    ...         for week in range(6) for arm in (0, 1)]
    >>> weekly = pl.DataFrame(rows, ["treated", "week", "at_risk", "left"], orient="row")
    >>> round(estimate_decay(weekly).half_life, 1)
    1.0
    """
    weeks = _read_weeks(weekly)
    if weeks is None:
        return _NOTHING
    grid = np.concatenate([np.geomspace(_SHORTEST, _LONGEST, _STEPS), [np.inf]])
    heights = np.array([_fit_effect(weeks, half_life)[0] for half_life in grid])
    none = _compute_null(weeks)
    half_life, top = _refine(weeks, grid, heights)
    inside = heights >= top - stats.chi2.ppf(0.95, 1) / 2
    _, first, spread = _fit_effect(weeks, half_life)
    worn = max(2 * (top - heights[-1]), 0.0)
    return EffectDecay(
        first,
        first - 1.959964 * spread,
        first + 1.959964 * spread,
        half_life,
        *_find_ends(weeks, grid, inside, top),
        float(stats.chi2.sf(worn, 1) / 2) if worn > 0 else 1.0,
        float(stats.chi2.sf(max(2 * (top - none), 0.0), 2)),
    )


def _read_weeks(weekly: pl.DataFrame) -> _Weeks | None:
    arms = [weekly.filter(pl.col("treated") == treated).sort("week") for treated in (False, True)]
    last = min(int((part["at_risk"] > 0).sum()) for part in arms)
    at_risk, left = (
        np.array([part[name][:last].cast(pl.Float64).to_numpy() for part in arms]) for name in ("at_risk", "left")
    )
    events = left.sum(axis=0)
    useful = (events > 0) & (events < at_risk.sum(axis=0))
    if last < 2 or useful.sum() < 2 or left.sum() < _LEAST_LEFT:  # noqa: PLR2004 - decay needs two weeks
        return None
    return _Weeks(at_risk, left)


def _fit_effect(weeks: _Weeks, half_life: float) -> tuple[float, float, float]:
    """Return log likelihood, effect in the first week and its standard error, for a half-life."""
    shape = np.exp2(-np.arange(weeks.count) / half_life)
    pooled = np.clip(weeks.left.sum(axis=0) / weeks.at_risk.sum(axis=0), _TINY, 1 - _TINY)
    level, effect = np.log(pooled / (1 - pooled)), 0.0
    information = 1.0
    for _ in range(_NEWTON):
        p = expit(np.array([level, level + effect * shape]))
        rest, weight = weeks.left - weeks.at_risk * p, np.maximum(weeks.at_risk * p * (1 - p), _TINY)
        # the levels are profiled out: what is left is the score and information of the effect alone
        total = weight.sum(axis=0)
        score = float((shape * (rest[1] - weight[1] * rest.sum(axis=0) / total)).sum())
        information = float((shape**2 * weight[0] * weight[1] / total).sum())
        step = float(np.clip(score / max(information, _TINY), -1.0, 1.0))
        level = np.clip(level + (rest.sum(axis=0) - weight[1] * shape * step) / total, -30, 30)
        effect += step
        if abs(step) < _TINY:
            break
    p = expit(np.array([level, level + effect * shape]))
    return _compute_likelihood(weeks, p), effect, float(max(information, _TINY) ** -0.5)


def _compute_likelihood(weeks: _Weeks, p: Floats) -> float:
    return float((xlogy(weeks.left, p) + xlogy(weeks.at_risk - weeks.left, 1 - p)).sum())


def _compute_null(weeks: _Weeks) -> float:
    pooled = weeks.left.sum(axis=0) / weeks.at_risk.sum(axis=0)
    return _compute_likelihood(weeks, np.array([pooled, pooled]))


def _refine(weeks: _Weeks, grid: Floats, heights: Floats) -> tuple[float, float]:
    """Return the best half-life between the neighbours of the best on the grid, and its height."""
    best = int(np.argmax(heights))
    if best == 0 or not np.isfinite(grid[best + 1 if best + 1 < len(grid) else best]):
        return float(grid[best]), float(heights[best])

    def fall(log_half_life: float) -> float:
        return -_fit_effect(weeks, float(np.exp(log_half_life)))[0]

    ends = np.log(grid[best - 1]), np.log(grid[best + 1])
    optimum = optimize.minimize_scalar(fall, bounds=ends, method="bounded")
    return float(np.exp(optimum.x)), max(float(-optimum.fun), float(heights[best]))


def _find_ends(weeks: _Weeks, grid: Floats, inside: NDArray[np.bool_], top: float) -> tuple[float, float]:
    """Return the bounds of the half-lives that are not rejected, interpolated between grid points."""
    places = np.flatnonzero(inside)
    if not places.size:
        return float("nan"), float("nan")
    first, last = int(places[0]), int(places[-1])
    cut = top - stats.chi2.ppf(0.95, 1) / 2

    def cross(log_half_life: float) -> float:
        return float(_fit_effect(weeks, float(np.exp(log_half_life)))[0] - cut)

    low, high = float(grid[first]), float(grid[last])
    if first > 0 and np.isfinite(grid[first]):
        low = float(np.exp(optimize.brentq(cross, np.log(grid[first - 1]), np.log(grid[first]))))
    if last + 1 < len(grid) and np.isfinite(grid[last + 1]):
        high = float(np.exp(optimize.brentq(cross, np.log(grid[last]), np.log(grid[last + 1]))))
    return (0.0 if first == 0 else low), (float("inf") if last == len(grid) - 1 else high)
