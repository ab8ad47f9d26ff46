"""Intervals of measures by resampling customers, since a customer has several rows."""

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
    share: float = 1.0,
) -> dict[str, tuple[float, float]]:
    """Return a 95 % percentile bootstrap interval for each measure of `compute_metrics` but `n` and `ece`.

    Whole customers are drawn with replacement: their rows at several dates are not independent, and resampling
    rows would give intervals that are too narrow. Draws in which a measure is not defined are left out of its
    interval. The same seed and customers give the same draws, so models are compared on equal draws.

    The calibration error has no interval. It sums absolute distances, so each draw adds noise and exceeds the
    estimate. The interval would exclude the estimate itself, and zero for calibrated probabilities. Reflecting the
    draws at the estimate fixes neither. `compute_calibration` has an interval for each bin.

    Parameters
    ----------
    share
        Share of the customers in each draw; see `compute_drawn_share`.

    Examples
    --------
    >>> ends = compute_intervals([0, 1, 0, 1] * 50, [0.2, 0.7, 0.4, 0.6] * 50, range(200), seed=1)
    >>> low, high = ends["observed"]
    >>> 0.4 < low < 0.5 < high < 0.6
    True
    """
    y, probability = check_outcomes(y, probability)
    customers = check_groups("customers", customers, len(y))
    contacted = capacity_share(capacity, len(y))
    parts = [
        compute_measures(RankedScores.from_scores(y, probability, weights), contacted, economics)
        for weights in draw_weights(customers, seed, repeats, share)
    ]
    return {
        name: interval_of(np.concatenate([part[name] for part in parts])) for name in parts[0] if name != "ece"
    }


def compute_drawn_share(folds: int) -> float:
    """Return the share of customers to draw, so that an interval also covers the variation of other training rows.

    Drawing all customers shows how the same fits would do on other rows. On a small table the fits themselves vary
    as much. Drawing fewer customers widens the interval, within the possible range of the measure.

    Parameters
    ----------
    folds
        Number of random parts of the table, each judged by a fit on the others.

    Notes
    -----
    ``1 / (1 + K · n_judged / n_learned)``, which is ``1 / (1 + K / (K − 1))``: the variance over folds counts each
    judged part as new, but any two fits share most of their rows.

    References
    ----------
    Nadeau and Bengio (2003), Inference for the generalization error. Machine Learning 52.

    Examples
    --------
    >>> round(compute_drawn_share(5), 3)
    0.444
    """
    return 1 / (1 + folds / (folds - 1))


def draw_weights(
    customers: NDArray[np.generic], seed: int, repeats: int, share: float = 1.0
) -> Iterator[NDArray[np.float64]]:
    """Yield the weights of rows in draws of whole customers, draws × rows, in blocks that fit in memory.

    The same customers, seed and share give the same draws, whatever is measured on them.
    """
    _, codes = np.unique(customers, return_inverse=True)
    count = int(codes.max()) + 1
    rng = np.random.default_rng(seed)
    size = max(1, _AT_ONCE // len(codes))
    for first in range(0, repeats, size):
        times = [
            np.bincount(rng.integers(count, size=max(1, round(share * count))), minlength=count)
            for _ in range(min(size, repeats - first))
        ]
        yield np.stack(times)[:, codes].astype(np.float64)


def interval_of(draws: NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % percentile interval of a measure's draws; NaN if it was defined in none."""
    defined = draws[~np.isnan(draws)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [0.025, 0.975])
    return float(low), float(high)
