"""How sure the numbers are: resampling customers, since a customer stands in several rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.learning.evaluation.economics import Economics
from lealtad.learning.evaluation.metrics import capacity_share, compute_measures
from lealtad.learning.evaluation.outcomes import check_groups, check_outcomes
from lealtad.learning.evaluation.ranked import RankedScores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

_DEFAULT = Economics()
_AT_ONCE = 2_000_000  # weights held in memory at a time


def compute_intervals(  # noqa: PLR0913 - the rows, and how they are resampled and judged
    y: ArrayLike,
    probability: ArrayLike,
    customers: ArrayLike,
    *,
    seed: int,
    repeats: int = 200,
    capacity: float | None = None,
    economics: Economics = _DEFAULT,
) -> dict[str, tuple[float, float]]:
    """Return a 95 % percentile bootstrap interval for each measure of `compute_metrics` but `n` and `ece`.

    Whole customers are drawn with replacement: their rows at several dates are not independent, and resampling
    rows would state intervals that are too narrow. Draws in which a measure is not defined are left out of its
    interval. The same seed and customers give the same draws, so that models are compared on the same ones.

    The calibration error has none. It sums absolute distances, so that a draw adds its own noise to them and is
    above the value that was found. The interval would leave out the value itself, and zero for calibrated
    probabilities. Reflecting the draws at the value fixes neither. `compute_calibration` has an interval for each
    bin.

    Examples
    --------
    >>> ends = compute_intervals([0, 1, 0, 1] * 50, [0.2, 0.7, 0.4, 0.6] * 50, range(200), seed=1)
    >>> low, high = ends["observed"]
    >>> 0.4 < low < 0.5 < high < 0.6
    True
    """
    y, probability = check_outcomes(y, probability)
    customers = check_groups("customers", customers, len(y))
    share = capacity_share(capacity, len(y))
    parts = [
        compute_measures(RankedScores.of(y, probability, weights), share, economics)
        for weights in draw_weights(customers, seed, repeats)
    ]
    return {
        name: interval_of(np.concatenate([part[name] for part in parts])) for name in parts[0] if name != "ece"
    }


def draw_weights(customers: NDArray[np.generic], seed: int, repeats: int) -> Iterator[NDArray[np.float64]]:
    """Give the weights of rows in each draw of whole customers, draws × rows, as many at a time as memory holds.

    The same customers and seed give the same draws, whatever is measured on them.
    """
    _, codes = np.unique(customers, return_inverse=True)
    count = int(codes.max()) + 1
    rng = np.random.default_rng(seed)
    size = max(1, _AT_ONCE // len(codes))
    for first in range(0, repeats, size):
        times = [
            np.bincount(rng.integers(count, size=count), minlength=count)
            for _ in range(min(size, repeats - first))
        ]
        yield np.stack(times)[:, codes].astype(np.float64)


def interval_of(found: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % percentile interval of what was found in the draws; NaN where it was defined in none."""
    defined = found[~np.isnan(found)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)
