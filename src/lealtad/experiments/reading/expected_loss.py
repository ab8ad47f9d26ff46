"""Expected loss: what a choice costs on average, given how unsure the means still are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEPS, _REACH = 4001, 8.0  # of the grid over which the best arm's distribution is summed


def compute_expected_losses(
    means: Mapping[str, tuple[float, float]], *, higher_is_better: bool = True
) -> dict[str, float]:
    """Return by arm the expected loss of choosing it, compared with the truly best arm.

    Parameters
    ----------
    means
        By arm its mean and the standard error of it.

    Returns
    -------
    The losses, at least 0, in units of the outcome.

    Notes
    -----
    The means are independent and normal around what was seen. The expectation of the largest is the integral of
    the product of their distributions.

    Examples
    --------
    >>> losses = compute_expected_losses({"A": (0.10, 0.01), "B": (0.12, 0.01)})
    >>> round(losses["A"], 4), round(losses["B"], 4)
    (0.0205, 0.0005)
    """
    sign = 1.0 if higher_is_better else -1.0
    middle = np.array([sign * mean for mean, _ in means.values()])
    spread = np.array([max(error, 1e-12) for _, error in means.values()])
    low, high = (middle - _REACH * spread).min(), (middle + _REACH * spread).max()
    grid = np.linspace(low, high, _STEPS)
    below = np.prod(stats.norm.cdf((grid[:, None] - middle) / spread), axis=1)
    best = float(high) - float(np.trapezoid(below, grid))
    return {arm: max(best - value, 0.0) for arm, value in zip(means, middle.tolist(), strict=True)}
