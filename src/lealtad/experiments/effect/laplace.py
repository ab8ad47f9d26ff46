"""Logistic regression with normal priors and an intercept per stratum, by Laplace's approximation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import expit, log_expit, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_STEPS, _CLOSE, _HALVINGS = 100, 1e-9, 30


@dataclass(frozen=True)
class RegressionRows:
    """The input of a regression.

    Attributes
    ----------
    X
        Rows × coefficients.
    y
        1 or 0, one per row.
    stratum
        Number of each row's stratum, from 0; every stratum has an intercept in addition to the coefficients.
    stratum_spread
        Standard deviation of those intercepts a priori.
    customer
        Number of each row's customer, from 0.
    """

    X: Floats
    y: Floats
    stratum: Ints
    stratum_spread: float
    customer: Ints


@dataclass(frozen=True)
class Posterior:
    """A normal distribution of the coefficients, whatever the intercepts of the strata.

    Attributes
    ----------
    evidence
        Log marginal likelihood: how well the prior predicted the data.
    """

    mean: Floats
    covariance: Floats
    evidence: float


def compute_posterior(
    rows: RegressionRows, centre: Floats, spread: Floats, near: Floats | None = None
) -> Posterior:
    """Return the posterior of a logistic regression whose coefficients are normal a priori.

    Parameters
    ----------
    centre, spread
        Mean and standard deviation of each coefficient a priori.
    near
        The start of the search for the mode, which does not affect the result.

    Notes
    -----
    The normal distribution around the mode whose precision is the curvature there, the strata integrated out. The
    rows of one customer are not independent news: what their scores share beyond chance, `Σ_c s_c·s_cᵀ − Σ_i
    s_i·s_iᵀ`, widens the covariance (never narrows it). The evidence is
    `log p(y | mode) + log prior(mode) + ½·log |prior precision| − ½·log |H|`.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks. Neural Computation 4. Liang, Zeger
    (1986), Longitudinal data analysis using generalized linear models. Biometrika 73.

    Examples
    --------
    >>> even = RegressionRows(np.ones((40, 1)), np.repeat([0.0, 1.0], 20), np.zeros(40, int), 1e-9, np.arange(40))
    >>> found = compute_posterior(even, np.zeros(1), np.full(1, 10.0))
    >>> found.mean.round(6).tolist(), found.covariance.round(3).tolist()  # 40 rows · ½·½ = 10
    ([0.0], [[0.1]])
    """
    problem = _Problem(rows, centre, 1.0 / spread**2)
    at = problem.begin(near)
    for _ in range(_STEPS):
        step = problem.curvature(at).step(*problem.slope(at))
        at = problem.climb(at, step)
        if max(np.abs(part).max() for part in step) < _CLOSE:
            break
    curved = problem.curvature(at)
    determinant = np.linalg.slogdet(curved.schur)[1] + np.log(curved.own).sum()
    precision = np.log(problem.precision).sum() - 2 * len(curved.own) * np.log(rows.stratum_spread)
    evidence = problem.level(at) + 0.5 * precision - 0.5 * determinant
    return Posterior(at[0], _compute_covariance(rows, at, curved), float(evidence))


def average_posteriors(posteriors: Sequence[Posterior]) -> Posterior:
    """Return one normal distribution with the mean and covariance of several, each weighed by its evidence."""
    evidence = np.array([posterior.evidence for posterior in posteriors])
    weight = softmax(evidence)
    mean = np.asarray(sum(w * posterior.mean for w, posterior in zip(weight, posteriors, strict=True)))
    parts = (
        posterior.covariance + np.outer(posterior.mean - mean, posterior.mean - mean) for posterior in posteriors
    )
    covariance = np.asarray(sum(w * part for w, part in zip(weight, parts, strict=True)))
    return Posterior(mean, covariance, float(np.logaddexp.reduce(evidence) - np.log(len(posteriors))))


_At = tuple["Floats", "Floats"]  # the coefficients, the intercepts of the strata


@dataclass(frozen=True)
class _Curvature:
    """Minus the second derivative of the log posterior.

    Attributes
    ----------
    own, cross
        That of the strata (a diagonal), and that of coefficients with strata.
    schur
        That of the coefficients with the strata integrated out.
    """

    own: Floats
    cross: Floats
    schur: Floats

    def step(self, slope: Floats, slope_of_strata: Floats) -> _At:
        along = np.linalg.solve(self.schur, slope - self.cross @ (slope_of_strata / self.own))
        return np.asarray(along), (slope_of_strata - self.cross.T @ along) / self.own


@dataclass(frozen=True)
class _Problem:
    """The log posterior, up to a constant, with its slope and curvature."""

    rows: RegressionRows
    centre: Floats
    precision: Floats

    def begin(self, near: Floats | None) -> _At:
        return (self.centre if near is None else near).copy(), np.zeros(int(self.rows.stratum.max()) + 1)

    def level(self, at: _At) -> float:
        eta, y = _compute_log_odds(self.rows, at), self.rows.y
        likelihood = (y * log_expit(eta) + (1 - y) * log_expit(-eta)).sum()
        strata = (at[1] ** 2).sum() / self.rows.stratum_spread**2
        return float(likelihood - 0.5 * (self.precision * (at[0] - self.centre) ** 2).sum() - 0.5 * strata)

    def slope(self, at: _At) -> _At:
        rest = self.rows.y - expit(_compute_log_odds(self.rows, at))
        own = _sum_by_group(self.rows.stratum, rest, len(at[1])) - at[1] / self.rows.stratum_spread**2
        return np.asarray(self.rows.X.T @ rest - self.precision * (at[0] - self.centre)), own

    def curvature(self, at: _At) -> _Curvature:
        X, stratum, p = self.rows.X, self.rows.stratum, expit(_compute_log_odds(self.rows, at))
        weight = p * (1 - p)
        own = _sum_by_group(stratum, weight, len(at[1])) + 1.0 / self.rows.stratum_spread**2
        weighed = X * weight[:, None]
        cross = np.stack([_sum_by_group(stratum, column, len(at[1])) for column in weighed.T])
        return _Curvature(own, cross, weighed.T @ X + np.diag(self.precision) - (cross / own) @ cross.T)

    def climb(self, at: _At, step: _At) -> _At:
        """Take a step of Newton's method, shortened until it leads upwards."""
        level = self.level(at)
        for halvings in range(_HALVINGS):
            tried = at[0] + step[0] / 2**halvings, at[1] + step[1] / 2**halvings
            if self.level(tried) >= level:
                return tried
        return at


def _compute_covariance(rows: RegressionRows, at: _At, curved: _Curvature) -> Floats:
    """Return the inverse of the curvature, widened by what the rows of a customer share."""
    plain = np.asarray(np.linalg.inv(curved.schur), np.float64)
    count = int(rows.customer.max()) + 1
    if count == len(rows.y):
        return plain
    again = np.bincount(rows.customer, minlength=count)[rows.customer] > 1
    X, stratum, customer = rows.X[again], rows.stratum[again], rows.customer[again]
    rest = (rows.y - expit(_compute_log_odds(rows, at)))[again]
    scores = rest[:, None] * (X - (curved.cross / curved.own).T[stratum])
    summed = np.stack([_sum_by_group(customer, column, count) for column in scores.T], axis=1)
    shared = summed.T @ summed - scores.T @ scores
    root = np.linalg.cholesky(curved.schur)
    scaled = solve_triangular(root, solve_triangular(root, shared, lower=True).T, lower=True)
    size, along = np.linalg.eigh((scaled + scaled.T) / 2)
    wide = solve_triangular(root.T, along * np.sqrt(np.maximum(size, 0)), lower=False)
    return np.asarray(plain + wide @ wide.T)


def _compute_log_odds(rows: RegressionRows, at: _At) -> Floats:
    return np.asarray(rows.X @ at[0] + at[1][rows.stratum])


def _sum_by_group(group: Ints, values: Floats, count: int) -> Floats:
    return np.bincount(group, weights=values, minlength=count).astype(np.float64)
