"""Effects of drivers, other drivers and the past held constant, by double machine learning."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from lealtad.base.intervals import Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.experience.drivers.columns import DriverColumns

FOLDS = 5
_PENALTY = 10.0
_NOTHING = 1e-9
_KNOTS = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Effects:
    """Slopes of an outcome on the columns of drivers, with the covariance of their estimates."""

    slopes: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def combine(self, direction: NDArray[np.float64]) -> tuple[float, float, float]:
        """Return a weighted sum of slopes with its 95 % interval."""
        value = float(direction @ self.slopes)
        spread = Z * sqrt(max(float(direction @ self.covariance @ direction), 0.0))
        return value, value - spread, value + spread


def estimate_effects(  # noqa: PLR0913, PLR0917 - treatments, controls, outcome, and whose example it is
    columns: NDArray[np.float64],
    past: NDArray[np.float64],
    date: NDArray[np.int64],
    outcome: NDArray[np.float64],
    customer: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> Effects:
    """Estimate the slopes of an outcome on all columns at once, the past held constant.

    Columns and outcome are predicted from the past by models fitted on other customers. The residuals of the
    outcome are regressed on those of the columns (a partially linear model, cross-fitted).

    Parameters
    ----------
    columns
        Examples × columns: the drivers. Each is a control of the others.
    past, date
        Examples × columns, and the number of each example's date: they enter as splines and as levels.
    customer
        The customer of each example, numbered. Examples of one are in one fold, and errors may be correlated.

    Returns
    -------
    Slopes and their covariance, robust to clusters of customers. A column without variance has slope 0.

    References
    ----------
    Chernozhukov et al. (2018), Double/debiased machine learning. Econometrics Journal 21.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> past = rng.normal(size=(2000, 1))
    >>> driver = past + rng.normal(size=(2000, 1))
    >>> outcome = 2 * driver[:, 0] - 3 * past[:, 0] + rng.normal(size=2000)
    >>> who, date = np.arange(2000), np.zeros(2000, int)
    >>> bool(abs(estimate_effects(driver, past, date, outcome, who).slopes[0] - 2) < 0.1)
    True
    """
    heft = np.ones(len(outcome)) if weights is None else weights
    basis = _build_basis(past, date)
    targets = np.column_stack([columns, outcome])
    residual = _residualise(basis, targets, _assign_folds(customer), heft)
    treatment, rest = residual[:, :-1], residual[:, -1]
    spread = np.sqrt((heft[:, None] * treatment**2).mean(axis=0))
    used = spread > _NOTHING
    slopes, covariance = np.zeros(columns.shape[1]), np.zeros((columns.shape[1], columns.shape[1]))
    if not used.any():
        return Effects(slopes, covariance)
    scaled = treatment[:, used] / spread[used]
    gram = (scaled * heft[:, None]).T @ scaled
    bread = np.linalg.pinv(gram, rcond=1e-8, hermitian=True)
    fitted = bread @ (scaled.T @ (heft * rest))
    scores = scaled * (heft * (rest - scaled @ fitted))[:, None]
    order = np.argsort(customer, kind="stable")
    starts = np.flatnonzero(np.diff(customer[order], prepend=-1))
    clustered = np.add.reduceat(scores[order], starts, axis=0)
    count = len(starts)
    meat = clustered.T @ clustered * (count / max(count - 1, 1))
    slopes[used] = fitted / spread[used]
    covariance[np.ix_(used, used)] = bread @ meat @ bread / np.outer(spread[used], spread[used])
    return Effects(slopes, covariance)


def _assign_folds(customer: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the fold of each example; all examples of a customer are in one fold."""
    rng = np.random.default_rng(7)
    count = int(customer.max(initial=-1)) + 1
    fold: NDArray[np.int64] = rng.permutation(np.arange(count) % FOLDS)[customer]
    return fold


def _build_basis(past: NDArray[np.float64], date: NDArray[np.int64]) -> NDArray[np.float64]:
    """Build standardised splines of the past, their products, and levels of the dates."""
    spread = past.std(axis=0)
    scaled = (past - past.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    parts = [scaled]
    parts.extend(np.clip(scaled - np.quantile(scaled, quantile, axis=0), 0, None) for quantile in _KNOTS)
    rows, right = np.triu_indices(past.shape[1])
    parts.append(scaled[:, rows] * scaled[:, right])
    levels = (date[:, None] == np.arange(1, int(date.max(initial=0)) + 1)).astype(np.float64)
    basis = np.column_stack([*parts, levels])
    spread = basis.std(axis=0)
    centred: NDArray[np.float64] = (basis - basis.mean(axis=0)) / np.where(spread > _NOTHING, spread, 1.0)
    return np.column_stack([np.ones(len(past)), centred])


def _residualise(
    basis: NDArray[np.float64], targets: NDArray[np.float64], fold: NDArray[np.int64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the residuals of each target from ridge regressions fitted on the other folds."""
    width = basis.shape[1]
    grams, products = np.zeros((FOLDS, width, width)), np.zeros((FOLDS, width, targets.shape[1]))
    for number in range(FOLDS):
        part = fold == number
        weighted = basis[part] * weights[part, None]
        grams[number], products[number] = weighted.T @ basis[part], weighted.T @ targets[part]
    residual = np.empty_like(targets)
    penalty = np.diag(np.append(1e-9, np.full(width - 1, _PENALTY)))
    for number in range(FOLDS):
        part = fold == number
        gram = grams.sum(axis=0) - grams[number] + penalty
        slopes = np.linalg.solve(gram, products.sum(axis=0) - products[number])
        residual[part] = targets[part] - basis[part] @ slopes
    return residual


def build_repair(columns: DriverColumns, driver: int, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the change of the mean columns if every bad moment of a driver went well.

    Parameters
    ----------
    share
        The mean of each column.

    Examples
    --------
    >>> from lealtad.experience.drivers.columns import DriverColumns
    >>> columns = DriverColumns(np.zeros((1, 3)), (0, 0, 0), ("well", "badly", "amount"))
    >>> build_repair(columns, 0, np.array([0.5, 0.2, 0.3])).tolist()
    [0.2, -0.2, -0.3]
    """
    change = np.zeros(len(columns.driver))
    mine = {
        role: k
        for k, (number, role) in enumerate(zip(columns.driver, columns.role, strict=True))
        if number == driver
    }
    for role in ("badly", "amount"):
        if role in mine:
            change[mine[role]] = -share[mine[role]]
    if "well" in mine and "badly" in mine:
        change[mine["well"]] = share[mine["badly"]]
    return change
