"""Sample sizes: how many units an effect needs, and which effect a number of units can show."""

from __future__ import annotations

from math import ceil, isnan, sqrt
from typing import TYPE_CHECKING

from scipy import optimize, stats

from lealtad.base.errors import SettingsError
from lealtad.experiments.reading.confidence_sequence import compute_boundary, find_mixture

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_UNITS = 1e12


def compute_power(  # noqa: PLR0913 - the size of a test and how it is looked at
    effect: float, variance: float, n: float, *, ratio: float = 1.0, level: float = 0.05, any_look: bool = False
) -> float:
    """Return the chance that an effect is found.

    Parameters
    ----------
    effect
        The true difference of the means.
    variance
        The outcome's variance in either arm, after CUPED.
    n
        Units of both arms.
    ratio
        Treated units per unit of the control.
    level
        The chance of an alarm without any effect.
    any_look
        Whether the always-valid interval decides. The power is that of the last look; earlier looks can only
        add to it.

    Notes
    -----
    One look: the noncentral t of Welch's test with equal variances.

    Examples
    --------
    >>> round(compute_power(0.1, 1.0, 3142), 3), round(compute_power(0.1, 1.0, 3142, any_look=True), 3)
    (0.8, 0.408)
    """
    control, treated = n / (1 + ratio), n * ratio / (1 + ratio)
    error = sqrt(variance / control + variance / treated)
    if any_look:
        boundary = compute_boundary(find_mixture(level), level)
        shift = abs(effect) / error
        return float(stats.norm.sf(boundary - shift) + stats.norm.cdf(-boundary - shift))
    parts = variance / control, variance / treated
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (control - 1) + parts[1] ** 2 / (treated - 1))
    critical = stats.t.isf(level / 2, freedom, scale=error)
    alternative = stats.nct(freedom, effect / error, scale=error)
    tails = alternative.cdf(-critical), alternative.sf(critical)
    # far out scipy's noncentral t is not a number; there the normal one is exact enough
    normal = stats.norm.cdf(-(critical + effect) / error), stats.norm.sf((critical - effect) / error)
    return float(sum(far if isnan(tail) else tail for tail, far in zip(tails, normal, strict=True)))


def find_sample_size(  # noqa: PLR0913 - the size of a test and how it is looked at
    effect: float,
    variance: float,
    power: float = 0.8,
    *,
    ratio: float = 1.0,
    level: float = 0.05,
    any_look: bool = False,
) -> int:
    """Return how many units, both arms together, detect an effect with the given power.

    Raises
    ------
    SettingsError
        If the effect is 0, or the outcome does not vary.

    Examples
    --------
    >>> find_sample_size(0.1, 1.0), find_sample_size(0.1, 1.0, any_look=True)
    (3142, 6012)
    """
    _check_numbers(effect, variance)

    def lack(n: float) -> float:
        return power - compute_power(effect, variance, n, ratio=ratio, level=level, any_look=any_look)

    least = 2.0 + max(ratio, 1 / ratio)
    return ceil(_solve(lack, least, 10.0 * least))


def find_detectable_effect(  # noqa: PLR0913 - the size of a test and how it is looked at
    n: float,
    variance: float,
    power: float = 0.8,
    *,
    ratio: float = 1.0,
    level: float = 0.05,
    any_look: bool = False,
) -> float:
    """Return the smallest effect that this many units, both arms together, detect with the given power.

    Examples
    --------
    >>> round(find_detectable_effect(3142, 1.0), 3)
    0.1
    """
    _check_numbers(1.0, variance)

    def lack(effect: float) -> float:
        return power - compute_power(effect, variance, n, ratio=ratio, level=level, any_look=any_look)

    return _solve(lack, 0.0, 10 * sqrt(variance / n))


def _solve(lack: Callable[[float], float], low: float, high: float) -> float:
    if lack(low) <= 0:
        return low
    while lack(high) > 0 and high < _MOST_UNITS:
        high *= 10
    return float(optimize.brentq(lack, low, high, xtol=1e-13, rtol=1e-14))


def _check_numbers(effect: float, variance: float) -> None:
    if effect == 0 or not variance > 0:
        raise SettingsError(
            place="power of an experiment",
            expected="an effect other than 0, and an outcome that varies between customers",
            found=f"effect {effect}, variance {variance}",
            fix="Choose an outcome that some customers have and others do not, and a larger effect.",
        )
