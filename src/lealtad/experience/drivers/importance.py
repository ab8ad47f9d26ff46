"""Importance of drivers: how much of an outcome's variance each explains, next to all others."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from lealtad.base.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_EXACT = 14
_NOTHING = 1e-10  # a standardised column with less residual variance is redundant


def decompose_r2(
    moments: NDArray[np.float64], groups: Sequence[int], size: int | None = None, *, exact: bool | None = None
) -> NDArray[np.float64]:
    """Return each driver's share of R², from the weighted moments of columns and outcome.

    Parameters
    ----------
    moments
        Weighted sums of products of `[1, columns..., outcome]`, square. Units do not matter.
    groups
        By column, the number of the driver it belongs to, from 0 on. All columns of a driver enter together.
    size
        The number of drivers; None: as many as have a column. Those without one explain nothing.
    exact
        Whether LMG is computed; None: if there are at most 14 drivers, else Johnson's relative weights.

    Returns
    -------
    One number per driver. They are not negative and sum to R². A constant column explains nothing.

    Raises
    ------
    SettingsError
        If LMG is asked of more than 14 drivers.

    Notes
    -----
    LMG is the average over all orders of entry of what a driver adds to R²: the Shapley value. Johnson's weights
    approximate it by orthogonal counterparts of the columns. With two columns both are equal.

    References
    ----------
    Lindeman, Merenda, Gold (1980), Introduction to bivariate and multivariate analysis.
    Johnson (2000), A heuristic method for estimating the relative weight of predictor variables. Multivariate
    Behavioral Research 35.

    Examples
    --------
    >>> x = np.array([[1.0, 1, 1], [1, 1, -1], [1, -1, 1], [1, -1, -1]])
    >>> rows = np.column_stack([x, 3 * x[:, 1] + 4 * x[:, 2]])
    >>> decompose_r2(rows.T @ rows, [0, 1]).round(12).tolist()
    [0.36, 0.64]
    """
    size = max(groups, default=-1) + 1 if size is None else size
    if exact and size > MOST_EXACT:
        raise SettingsError(
            place="exact",
            expected=f"at most {MOST_EXACT} drivers for exact importance",
            found=str(size),
            fix="Leave exact out: Johnson's relative weights are used.",
        )
    correlation, used = correlate(moments)
    column_groups = np.asarray(groups, dtype=np.int64)[used]
    if size <= MOST_EXACT and exact is not False:
        return _compute_lmg(correlation, column_groups, size)
    shares: NDArray[np.float64] = np.bincount(
        column_groups, _compute_relative_weights(correlation), minlength=size
    ).astype(np.float64)
    return shares


def correlate(moments: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the correlations of the varying columns, the outcome last, and the positions of these columns.

    If the outcome is constant, nothing can be explained: its correlations are 0.
    """
    mean = moments[0, 1:] / moments[0, 0]
    covariance = moments[1:, 1:] / moments[0, 0] - np.outer(mean, mean)
    scale = moments.diagonal()[1:] / moments[0, 0]
    variance = covariance.diagonal()
    varies = variance > _NOTHING * np.maximum(scale, np.finfo(float).tiny)
    used = np.flatnonzero(varies[:-1])
    positions = np.append(used, varies.size - 1)
    deviation = np.sqrt(np.where(varies, variance, 1.0))[positions]
    correlation = covariance[np.ix_(positions, positions)] / np.outer(deviation, deviation)
    np.fill_diagonal(correlation, 1.0)
    if not varies[-1]:
        correlation[-1, :-1] = correlation[:-1, -1] = 0.0
    return correlation, used


def _compute_relative_weights(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute Johnson's weights; of identical columns each gets the same, by the pseudo-inverse."""
    within, with_outcome = correlation[:-1, :-1], correlation[:-1, -1]
    values, vectors = np.linalg.eigh(within)
    roots = np.sqrt(np.clip(values, 0.0, None))
    inverse = np.where(
        values > _NOTHING * max(values.max(initial=0.0), 1.0), 1.0 / np.where(roots > 0, roots, 1), 0
    )
    square_root = (vectors * roots) @ vectors.T
    slopes = (vectors * inverse) @ (vectors.T @ with_outcome)
    weights: NDArray[np.float64] = square_root**2 @ slopes**2
    return weights


def _compute_lmg(correlation: NDArray[np.float64], groups: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Compute LMG by sweeping driver after driver out of all sets at once; bit k of a set says driver k is in."""
    order = np.argsort(groups, kind="stable")
    order = np.append(order, correlation.shape[0] - 1)
    residual = correlation[np.ix_(order, order)][None]
    explained = np.zeros(1)
    for driver in range(size):
        width = int((groups == driver).sum())
        swept, gained = residual, explained
        for _ in range(width):
            swept, gained = _sweep_first(swept, gained)
        residual = np.concatenate([residual[:, width:, width:], swept])
        explained = np.concatenate([explained, gained])
    sets = np.arange(1 << size)
    members = np.array([bin(each).count("1") for each in sets])
    shares = np.zeros(size)
    weight = np.array([1.0 / (size * comb(size - 1, k)) for k in range(size)])
    for driver in range(size):
        without = sets[(sets >> driver) & 1 == 0]
        added = explained[without | (1 << driver)] - explained[without]
        shares[driver] = (weight[members[without]] * added).sum()
    return shares


def _sweep_first(
    residual: NDArray[np.float64], explained: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sweep the first column out of all others; a column without residual variance changes nothing."""
    pivot = residual[:, 0, 0]
    remains = pivot > _NOTHING
    factor = np.where(remains, 1.0 / np.where(remains, pivot, 1.0), 0.0)
    first = residual[:, 0, 1:]
    gained = explained + factor * first[:, -1] ** 2
    return residual[:, 1:, 1:] - factor[:, None, None] * first[:, :, None] * first[:, None, :], gained
