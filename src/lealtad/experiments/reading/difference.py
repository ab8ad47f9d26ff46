"""The difference of an arm and the control, with its fixed-horizon interval and p-value."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from lealtad.base.intervals import compute_wilson_interval

if TYPE_CHECKING:
    from lealtad.experiments.reading.moments import ArmMoments

_FEW = 1000  # units of both arms, below which shares are compared exactly


@dataclass(frozen=True)
class Difference:
    """The difference between an arm and the control.

    Attributes
    ----------
    control, treated
        The means; adjusted by the covariate if one is used.
    effect, low, high
        The difference with its interval for one look at the planned end.
    p_value
        Two-sided p-value of no difference.
    standard_error
        Standard error of the difference, each arm with its own variance.
    n
        Units of both arms.
    """

    control: float
    treated: float
    effect: float
    low: float
    high: float
    p_value: float
    standard_error: float
    n: int


def compare_means(control: ArmMoments, treated: ArmMoments, level: float = 0.05) -> Difference:
    """Compare two means by Welch's test; with a covariate in the moments by CUPED.

    Notes
    -----
    CUPED uses the slope of both arms together. The degrees of freedom are Welch's. Two arms of constant outcomes
    have an interval of no width, and a p-value of 1 if they agree.

    References
    ----------
    Deng, Xu, Kohavi & Walker (2013), Improving the sensitivity of online controlled experiments. WSDM.

    Examples
    --------
    >>> from lealtad.experiments.reading.moments import ArmMoments
    >>> made = compare_means(ArmMoments(100, 5.0, 4.0), ArmMoments(100, 6.0, 4.0))
    >>> round(made.effect, 2), round(made.low, 2), round(made.high, 2)
    (1.0, 0.44, 1.56)
    """
    both = control + treated
    slope = both.covariance / both.covariate_variance if both.covariate_variance > 0 else 0.0
    c, t = (arm.adjust(slope, both.covariate_mean) for arm in (control, treated))
    parts = c.variance / c.n, t.variance / t.n
    effect, error = t.mean - c.mean, sqrt(sum(parts))
    if error == 0:
        p_value = 1.0 if effect == 0 else 0.0
        return Difference(c.mean, t.mean, effect, effect, effect, p_value, 0.0, c.n + t.n)
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (c.n - 1) + parts[1] ** 2 / (t.n - 1))
    half = float(stats.t.ppf(1 - level / 2, freedom)) * error
    p_value = 2 * float(stats.t.sf(abs(effect) / error, freedom))
    return Difference(c.mean, t.mean, effect, effect - half, effect + half, p_value, error, c.n + t.n)


def compare_proportions(control: ArmMoments, treated: ArmMoments, level: float = 0.05) -> Difference:
    """Compare two shares of 0 and 1.

    Notes
    -----
    From 1,000 units on: the z-test with pooled variance and correction for continuity. Its interval takes each
    arm's own variance, and the same correction. Below: Barnard's exact test and Newcombe's interval.

    Examples
    --------
    >>> from lealtad.experiments.reading.moments import ArmMoments
    >>> made = compare_proportions(ArmMoments(1000, 0.10, 0.09), ArmMoments(1000, 0.14, 0.12))
    >>> round(made.low, 3), round(made.high, 3), round(made.p_value, 4)
    (0.011, 0.069, 0.0073)
    """
    n, m, p, q = control.n, treated.n, control.mean, treated.mean
    effect, spread = q - p, sqrt(p * (1 - p) / n + q * (1 - q) / m)
    z = float(stats.norm.ppf(1 - level / 2))
    if n + m < _FEW:
        low, high = _compute_newcombe(p, n, q, m, z)
        return Difference(p, q, effect, low, high, _compute_barnard(p, n, q, m), spread, n + m)
    correction = 0.5 * (1 / n + 1 / m)
    half = z * spread + correction
    pooled = (p * n + q * m) / (n + m)
    pooled_spread = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    distance = max(abs(effect) - correction, 0.0)
    p_value = 2 * float(stats.norm.sf(distance / pooled_spread)) if pooled_spread > 0 else 1.0
    return Difference(p, q, effect, max(effect - half, -1), min(effect + half, 1), p_value, spread, n + m)


def _compute_barnard(p: float, n: int, q: float, m: int) -> float:
    hits = round(q * m), round(p * n)
    if sum(hits) in {0, n + m}:
        return 1.0  # all alike: nothing differs
    table = np.array([hits, (m - hits[0], n - hits[1])], dtype=np.int64)
    return float(stats.barnard_exact(table, pooled=True).pvalue)


def _compute_newcombe(p: float, n: int, q: float, m: int, z: float) -> tuple[float, float]:
    (p_low, p_high), (q_low, q_high) = compute_wilson_interval(p * n, n, z), compute_wilson_interval(q * m, m, z)
    return q - p - sqrt((q - q_low) ** 2 + (p_high - p) ** 2), q - p + sqrt((q_high - q) ** 2 + (p - p_low) ** 2)
