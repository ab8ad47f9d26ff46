"""Logistic regression with a normal prior for each coefficient, by Laplace's approximation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, log_expit, softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STEPS, _CLOSE, _HALVINGS = 100, 1e-9, 30


@dataclass(frozen=True)
class Posterior:
    """A normal distribution of the coefficients.

    Attributes
    ----------
    evidence
        Log marginal likelihood: how well the prior foresaw the data.
    """

    mean: Floats
    covariance: Floats
    evidence: float


def posterior(X: Floats, y: Floats, centre: Floats, spread: Floats) -> Posterior:
    """Return the posterior of a logistic regression whose coefficients are normal a priori.

    Parameters
    ----------
    X
        Rows × coefficients.
    y
        1 or 0, one per row.
    centre, spread
        Mean and standard deviation of each coefficient a priori.

    Notes
    -----
    The normal distribution around the mode whose precision is the curvature there; the evidence is
    `log p(y | mode) + log prior(mode) + k/2·log 2π − ½·log |H|`.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks. Neural Computation 4.

    Examples
    --------
    >>> even = posterior(np.ones((40, 1)), np.repeat([0.0, 1.0], 20), np.zeros(1), np.full(1, 10.0))
    >>> even.mean.round(6).tolist(), even.covariance.round(3).tolist()  # 40 rows · ½·½ = 10
    ([0.0], [[0.1]])
    """
    problem = _Problem(X, y, centre, 1.0 / spread**2)
    at = centre.copy()
    for _ in range(_STEPS):
        step = np.asarray(np.linalg.solve(problem.curvature(at), problem.slope(at)), np.float64)
        at = problem.climbed(at, step)
        if np.abs(step).max() < _CLOSE:
            break
    curvature = problem.curvature(at)
    evidence = problem.level(at) + 0.5 * np.log(problem.precision).sum() - 0.5 * np.linalg.slogdet(curvature)[1]
    return Posterior(at, np.asarray(np.linalg.inv(curvature), np.float64), float(evidence))


def averaged(found: Sequence[Posterior]) -> Posterior:
    """Return one normal distribution with the mean and covariance of several, each weighed by its evidence."""
    evidence = np.array([one.evidence for one in found])
    weight = softmax(evidence)
    mean = np.asarray(sum(w * one.mean for w, one in zip(weight, found, strict=True)))
    parts = (one.covariance + np.outer(one.mean - mean, one.mean - mean) for one in found)
    covariance = np.asarray(sum(w * part for w, part in zip(weight, parts, strict=True)))
    return Posterior(mean, covariance, float(np.logaddexp.reduce(evidence) - np.log(len(found))))


@dataclass(frozen=True)
class _Problem:
    """The log posterior, up to a constant, with its slope and curvature."""

    X: Floats
    y: Floats
    centre: Floats
    precision: Floats

    def level(self, at: Floats) -> float:
        eta = self.X @ at
        likelihood = (self.y * log_expit(eta) + (1 - self.y) * log_expit(-eta)).sum()
        return float(likelihood - 0.5 * (self.precision * (at - self.centre) ** 2).sum())

    def slope(self, at: Floats) -> Floats:
        return np.asarray(self.X.T @ (self.y - expit(self.X @ at)) - self.precision * (at - self.centre))

    def curvature(self, at: Floats) -> Floats:
        p = expit(self.X @ at)
        return np.asarray((self.X.T * (p * (1 - p))) @ self.X + np.diag(self.precision))

    def climbed(self, at: Floats, step: Floats) -> Floats:
        """Take a step of Newton's method, or as much of it as leads upwards."""
        level = self.level(at)
        for halvings in range(_HALVINGS):
            tried = at + step / 2**halvings
            if self.level(tried) >= level:
                return np.asarray(tried)
        return at
