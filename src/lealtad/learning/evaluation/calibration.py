"""Calibration: whether predicted probabilities agree with observed rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit

from lealtad.base.intervals import compute_wilson_interval
from lealtad.base.log_odds import compute_log_odds
from lealtad.learning.evaluation.outcomes import check_bins
from lealtad.learning.evaluation.ranked import RankedScores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

BINS = 10
_STEPS, _CLOSE, _RUNAWAY = 50, 1e-9, 1e3


def compute_calibration(y: ArrayLike, probability: ArrayLike, bins: int = BINS) -> pl.DataFrame:
    """Compare predicted with observed rates, one row per bin, lowest first.

    Bins hold about equally many rows. Rows with equal probability share a bin, so the order of rows changes
    nothing.

    Parameters
    ----------
    y
        1 where the outcome happened, else 0; one per row.
    probability
        The predicted probability of each row, 0 to 1.
    bins
        Maximum number of bins; ties give fewer.

    Returns
    -------
    `predicted` (mean), `observed` (rate), `n`, and `low, high`, the 95 % Wilson interval of the observed rate.

    Raises
    ------
    DataError
        If an outcome is neither 0 nor 1, a probability is outside 0 to 1, or lengths differ.

    Examples
    --------
    >>> compute_calibration([0, 0, 0, 1], [0.1, 0.1, 0.6, 0.8], bins=2).select("predicted", "observed").rows()
    [(0.1, 0.0), (0.7, 0.5)]
    """
    check_bins(bins)
    ranked = RankedScores.from_scores(y, probability)
    score, positives, weight = ranked.score[::-1], ranked.positives[0, ::-1], ranked.weight[0, ::-1]
    middle = np.cumsum(weight) - weight / 2
    starts = np.flatnonzero(np.diff(np.floor(middle / weight.sum() * bins), prepend=-1))
    n, happened, promised = (np.add.reduceat(part, starts) for part in (weight, positives, weight * score))
    low, high = compute_wilson_interval(happened, n)
    return pl.DataFrame(
        {
            "predicted": promised / n,
            "observed": happened / n,
            "n": n.astype(np.int64),
            "low": low,
            "high": high,
        }
    )


def compute_ece(y: ArrayLike, probability: ArrayLike, bins: int = BINS) -> float:
    """Return the expected calibration error: mean distance of predicted and observed rates, equal-mass bins.

    Notes
    -----
    `Σ_b |Σ_{i∈b} (p_i − y_i)| / n` over bins of equal mass. If a bin ends among customers with equal scores, each
    side gets its share of them.

    Examples
    --------
    >>> round(compute_ece([0, 0, 0, 1], [0.1, 0.1, 0.6, 0.8], bins=2), 3)
    0.15
    """
    check_bins(bins)
    return float(ece(RankedScores.from_scores(y, probability), bins)[0])


def ece(rows: RankedScores, bins: int = BINS) -> NDArray[np.float64]:
    """Return the expected calibration error, per draw; see `compute_ece`."""
    over = rows.weight * rows.score - rows.positives
    gathered = rows.up_to(over, np.arange(bins + 1) / bins)
    return np.asarray(np.abs(np.diff(gathered, axis=1)).sum(axis=1) / rows.total)


def compute_calibration_line(y: ArrayLike, probability: ArrayLike) -> tuple[float, float]:
    """Return slope and intercept of the outcome's log-odds on the predicted log-odds; (1, 0) is calibrated.

    A slope below 1 means that the probabilities are too extreme; an intercept above 0, at slope 1, that they are
    too low. NaN if the line is not defined: a single outcome, a single score, or outcomes that the scores
    separate.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression. Biometrika 45.

    Examples
    --------
    >>> slope, intercept = compute_calibration_line([0, 0, 0, 1, 0, 1, 1, 1], [0.1] * 4 + [0.9] * 4)
    >>> round(slope, 3), abs(intercept) < 1e-9  # log-odds ±2.197 predicted, ±1.099 observed
    (0.5, True)
    """
    slope, intercept = calibration_line(RankedScores.from_scores(y, probability))
    return float(slope[0]), float(intercept[0])


def calibration_line(rows: RankedScores) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return slope and intercept of each draw, by Newton's method on all draws at once."""
    x = compute_log_odds(rows.score)
    intercept, slope = np.zeros(len(rows.positives)), np.ones(len(rows.positives))
    with np.errstate(all="ignore"):  # draws without a line run away, and come out as NaN
        for _ in range(_STEPS):
            up, along = _newton_step(rows, x, intercept, slope)
            intercept, slope = intercept + up, slope + along
            if not (np.abs(np.stack([up, along])) > _CLOSE).any():
                break
        settled = np.maximum(np.abs(up), np.abs(along)) <= _CLOSE * _RUNAWAY
        lost = ~settled | ~(np.abs(slope) < _RUNAWAY)
    return np.where(lost, np.nan, slope), np.where(lost, np.nan, intercept)


def _newton_step(
    rows: RankedScores, x: NDArray[np.float64], intercept: NDArray[np.float64], slope: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    p = expit(intercept[:, None] + slope[:, None] * x)
    short = rows.positives - rows.weight * p
    curve = rows.weight * p * (1 - p)
    g0, g1 = short.sum(axis=1), short @ x
    h00, h01, h11 = curve.sum(axis=1), curve @ x, curve @ x**2
    determinant = h00 * h11 - h01**2
    return (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
