"""How sure the numbers are: resampling customers, since a customer stands in several rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.evaluation.metrics import compute_metrics

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def compute_intervals(
    y: ArrayLike, probability: ArrayLike, customers: ArrayLike, *, seed: int, repeats: int = 200
) -> dict[str, tuple[float, float]]:
    """Return a 95 % percentile bootstrap interval for each metric.

    Whole customers are drawn with replacement: their rows at several dates are not independent, and
    resampling rows would state intervals that are too narrow.
    """
    y, probability = np.asarray(y), np.asarray(probability)
    _, codes = np.unique(np.asarray(customers), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    rows_of = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    rng = np.random.default_rng(seed)
    draws = []
    for _ in range(repeats):
        drawn = rng.integers(len(rows_of), size=len(rows_of))
        rows = np.concatenate([rows_of[customer] for customer in drawn])
        draws.append(compute_metrics(y[rows], probability[rows]))
    names = [name for name in draws[0] if name != "n"]
    ends = {name: np.nanquantile([draw[name] for draw in draws], [0.025, 0.975]) for name in names}
    return {name: (float(low), float(high)) for name, (low, high) in ends.items()}
