"""Whether a probability means what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.stats import binomtest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

BINS = 10


def compute_calibration(y: ArrayLike, probability: ArrayLike, bins: int = BINS) -> pl.DataFrame:
    """Compare predicted with observed rates, one row per bin of equally many rows, lowest first.

    Returns
    -------
    `predicted` (mean), `observed` (rate), `n`, and `low, high`, the 95 % Wilson interval of the observed rate.

    Examples
    --------
    >>> compute_calibration([0, 0, 0, 1], [0.1, 0.1, 0.6, 0.8], bins=2).select("predicted", "observed").rows()
    [(0.1, 0.0), (0.7, 0.5)]
    """
    y, probability = np.asarray(y, dtype=np.float64), np.asarray(probability, dtype=np.float64)
    parts = np.array_split(np.argsort(probability, kind="stable"), min(bins, len(y)))
    rows = []
    for part in parts:
        interval = binomtest(int(y[part].sum()), len(part)).proportion_ci(method="wilson")
        rows.append((probability[part].mean(), y[part].mean(), len(part), interval.low, interval.high))
    return pl.DataFrame(rows, schema=["predicted", "observed", "n", "low", "high"], orient="row")


def compute_ece(y: ArrayLike, probability: ArrayLike, bins: int = BINS) -> float:
    """Return the expected calibration error: the mean distance of predicted and observed, equal-mass bins.

    Examples
    --------
    >>> round(compute_ece([0, 0, 0, 1], [0.1, 0.1, 0.6, 0.8], bins=2), 3)
    0.15
    """
    y, probability = np.asarray(y, dtype=np.float64), np.asarray(probability, dtype=np.float64)
    over = probability - y
    parts = np.array_split(np.argsort(probability, kind="stable"), min(bins, len(y)))
    return float(sum(abs(over[part].sum()) for part in parts) / len(y))
