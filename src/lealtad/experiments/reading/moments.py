"""Counts, means and variances by arm: all that a comparison of means needs of the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class ArmMoments:
    """The moments of one outcome in one arm, and of its covariate.

    Attributes
    ----------
    n
        Units with a known outcome.
    mean, variance
        Moments of the outcome; the variance divides by n - 1.
    covariate_mean, covariate_variance, covariance
        Moments of the covariate, and with it; 0 if there is none.
    """

    n: int
    mean: float
    variance: float
    covariate_mean: float = 0.0
    covariate_variance: float = 0.0
    covariance: float = 0.0

    def __add__(self, other: ArmMoments) -> ArmMoments:
        """Return the moments of the rows of both.

        Examples
        --------
        >>> ArmMoments(2, 1.0, 2.0) + ArmMoments(2, 3.0, 2.0)  # 0, 2 and 2, 4
        ArmMoments(n=4, mean=2.0, variance=2.6666666666666665, ...)
        """
        n = self.n + other.n
        apart, apart_x = other.mean - self.mean, other.covariate_mean - self.covariate_mean
        between = self.n * other.n / n

        def pool(one: float, two: float, shift: float) -> float:
            return ((self.n - 1) * one + (other.n - 1) * two + between * shift) / (n - 1)

        return ArmMoments(
            n,
            (self.n * self.mean + other.n * other.mean) / n,
            pool(self.variance, other.variance, apart**2),
            (self.n * self.covariate_mean + other.n * other.covariate_mean) / n,
            pool(self.covariate_variance, other.covariate_variance, apart_x**2),
            pool(self.covariance, other.covariance, apart * apart_x),
        )

    def adjust(self, slope: float, centre: float) -> ArmMoments:
        """Return the moments of the outcome less `slope` times the covariate's distance from `centre` (CUPED)."""
        variance = self.variance + slope**2 * self.covariate_variance - 2 * slope * self.covariance
        return ArmMoments(self.n, self.mean - slope * (self.covariate_mean - centre), max(variance, 0.0))


def compute_moments(
    rows: pl.DataFrame, outcomes: Sequence[str], covariates: Mapping[str, str] | None = None, *, by: str = "arm"
) -> dict[str, dict[str, ArmMoments]]:
    """Return the moments by outcome and arm, in one pass over the rows.

    Parameters
    ----------
    rows
        One row per unit: the arm, the outcomes (null: not observed) and the covariates.
    covariates
        By outcome the name of its covariate; a null covariate counts as the mean of all arms.

    Returns
    -------
    By outcome and arm. An arm without a known outcome has n = 0 and a mean of NaN.

    Examples
    --------
    >>> rows = pl.DataFrame({"arm": ["a", "a", "b"], "sales": [1.0, 3.0, None]})
    >>> moments = compute_moments(rows, ["sales"])["sales"]
    >>> moments["a"].mean, moments["b"].n
    (2.0, 0)
    """
    used = covariates or {}
    aggregates = [part for name in outcomes for part in _aggregate(name, used.get(name))]
    totals = rows.lazy().group_by(by).agg(aggregates).collect().sort(by)
    fields = ("n", "mean", "variance", "covariate_mean", "covariate_variance", "covariance")
    moments: dict[str, dict[str, ArmMoments]] = {name: {} for name in outcomes}
    for row in totals.iter_rows(named=True):
        for name in outcomes:
            numbers = [row.get(f"{name} {field}", 0.0) for field in fields]
            n, *rest = (float("nan") if number is None else number for number in numbers)
            moments[name][row[by]] = ArmMoments(int(n), *rest)
    return moments


def _aggregate(name: str, covariate: str | None) -> list[pl.Expr]:
    y = pl.col(name).cast(pl.Float64)
    parts = [
        y.count().alias(f"{name} n"),
        y.mean().alias(f"{name} mean"),
        y.var().alias(f"{name} variance"),
    ]
    if covariate is None:
        return parts
    x = pl.when(pl.col(name).is_not_null()).then(pl.col(covariate).cast(pl.Float64))
    return [
        *parts,
        x.mean().alias(f"{name} covariate_mean"),
        x.var().alias(f"{name} covariate_variance"),
        pl.cov(y, x).alias(f"{name} covariance"),
    ]
