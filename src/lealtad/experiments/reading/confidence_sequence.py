"""An interval that holds at every look: peeking every day does not make it wrong more often."""

from __future__ import annotations

from math import exp, log, sqrt

_START = 6.0  # of the search for the mixture's width, in units of the planned size


def compute_confidence_sequence(
    effect: float, standard_error: float, n: float, planned_n: float, level: float = 0.05
) -> tuple[float, float, float]:
    """Return the always-valid interval of a difference at a look, and its always-valid p-value.

    Parameters
    ----------
    effect, standard_error
        The difference at this look.
    n
        Units of both arms so far.
    planned_n
        Units at which the interval is narrowest for its level; any choice made before the start is valid.
    level
        Probability that the interval ever excludes the truth, over all looks.

    Returns
    -------
    Lower bound, upper bound, p-value (at most 1). If the standard error at a look is 0, the bounds are infinite.

    Notes
    -----
    `± se · √(2 (k + 1)/k · log(√(k + 1)/level))` with `k = n ρ²`: Robbins' mixture of normals for a sum whose
    variance is estimated.

    References
    ----------
    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Time-uniform central limit theory and asymptotic
    confidence sequences. Annals of Statistics 52.

    Examples
    --------
    >>> low, high, p_value = compute_confidence_sequence(0.03, 0.008, n=4000, planned_n=4000)
    >>> round(low, 3), round(high, 3), round(p_value, 3)
    (0.006, 0.054, 0.006)
    """
    if not standard_error > 0 or n <= 0:
        return float("-inf"), float("inf"), 1.0
    k = find_mixture(level) * n / planned_n
    half = standard_error * compute_boundary(k, level)
    z = effect / standard_error
    p_value = min(sqrt(k + 1) * exp(-(z**2) * k / (2 * (k + 1))), 1.0)
    return effect - half, effect + half, p_value


def compute_boundary(k: float, level: float) -> float:
    """Return how many standard errors the interval reaches to each side, for a mixture of width k.

    Examples
    --------
    >>> round(compute_boundary(8.0, 0.05), 2)
    3.04
    """
    return sqrt(2 * (k + 1) / k * log(sqrt(k + 1) / level))


def find_mixture(level: float) -> float:
    """Return the k for which the boundary is lowest: where `k = log(k + 1) - 2 log(level)`, by iteration.

    Examples
    --------
    >>> k = find_mixture(0.05)
    >>> compute_boundary(k, 0.05) < min(compute_boundary(k * 1.1, 0.05), compute_boundary(k / 1.1, 0.05))
    True
    """
    k = _START
    for _ in range(60):
        k = log(k + 1) - 2 * log(level)
    return k
