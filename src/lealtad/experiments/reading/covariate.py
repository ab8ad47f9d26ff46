"""The covariate of CUPED, and whether it may be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
from scipy import stats

from lealtad.experiments.reading.observations import COVARIATE

if TYPE_CHECKING:
    from collections.abc import Sequence

_BALANCED_FROM = 0.001
_MOST_MISSING = 0.5


@dataclass(frozen=True)
class CovariateHealth:
    """What a covariate is worth for one outcome.

    Attributes
    ----------
    status
        - `used`;
        - `absent`, `constant`, or `missing` for more than half of the units;
        - `unbalanced`: the arms differ before the experiment (p < .001). Then the covariate was not known before
          the assignment, or the draw is broken.
    removed
        The share of the outcome's variance that it explains.
    missing
        The share of the units without it; they count as its mean.
    balance
        The p-value of equal means in all arms.
    """

    status: str
    removed: float = 0.0
    missing: float = 1.0
    balance: float = 1.0


def examine_covariate(rows: pl.DataFrame, outcome: str) -> CovariateHealth:
    """Judge the covariate of an outcome over all arms.

    Examples
    --------
    >>> rows = pl.DataFrame({"arm": ["a", "b"] * 50, "sales": [0.0, 0.0, 1.0, 1.0] * 25,
    ...                      "covariate sales": [1.0, 1.0, 3.0, 3.0] * 25})
    >>> health = examine_covariate(rows, "sales")
    >>> health.status, round(health.removed, 2)
    ('used', 1.0)
    """
    name = COVARIATE + outcome
    known = rows.drop_nulls(outcome)
    if name not in rows.columns or known.is_empty():
        return CovariateHealth("absent")
    x, missing = known[name].cast(pl.Float64), known[name].null_count() / known.height
    if missing > _MOST_MISSING:
        return CovariateHealth("missing", missing=missing)
    if not (x.var() or 0.0) > 0:  # type: ignore[operator]
        return CovariateHealth("constant", missing=missing)
    groups = [part[name].drop_nulls().to_numpy() for part in known.partition_by("arm")]
    full = [group for group in groups if len(group) > 1]
    balance = float(stats.f_oneway(*full).pvalue) if len(full) > 1 else 1.0
    y = known[outcome].cast(pl.Float64)
    varies = (y.var() or 0.0) > 0  # type: ignore[operator]
    correlation = pl.select(pl.corr(y, x.fill_null(strategy="mean"))).item() if varies else 0.0
    status = "used" if not balance < _BALANCED_FROM else "unbalanced"
    return CovariateHealth(status, float(correlation or 0.0) ** 2, missing, balance)


def fill_covariates(rows: pl.DataFrame, outcomes: Sequence[str]) -> pl.DataFrame:
    """Return the rows with missing covariates at the mean of all arms, so that a gap says nothing of an arm."""
    names = [COVARIATE + name for name in outcomes if COVARIATE + name in rows.columns]
    return rows.with_columns(pl.col(name).cast(pl.Float64).fill_null(strategy="mean") for name in names)
