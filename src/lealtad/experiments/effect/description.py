"""Customers as the covariates that an effect depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit

from lealtad.base.errors import DataError
from lealtad.experiments.effect.covariates import list_covariates
from lealtad.experiments.effect.laplace import RegressionRows, compute_posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LEAST_ACCEPTED = 25
_ACCEPTANCE_SPREAD = 0.5
_NO_SPREAD = 1e-6  # one stratum, whose intercept is the level


@dataclass(frozen=True)
class CustomerDescription:
    """The description of customers: standardised covariates, and the probability of accepting a contact.

    Attributes
    ----------
    names
        Those of the covariates.
    mean, spread
        Those of each covariate, over the assignments.
    acceptance
        Coefficients of the log odds of accepting a contact: the level, then one per covariate; None if no
        campaign says who accepted.
    accepted
        The mean probability of accepting, over the assignments.
    """

    names: tuple[str, ...] = ()
    mean: tuple[float, ...] = ()
    spread: tuple[float, ...] = ()
    acceptance: tuple[float, ...] | None = None
    accepted: float = 1.0

    @classmethod
    def from_rows(cls, rows: pl.DataFrame) -> CustomerDescription:
        """Learn the description from assignments, without constant covariates."""
        every = list_covariates(rows.columns)
        values = (
            rows.select(covariate.value.alias(covariate.name) for covariate in every).to_numpy()
            if every
            else np.empty((0, 0))
        )
        varying = [k for k in range(len(every)) if values[:, k].std() > 0]
        names = tuple(every[k].name for k in varying)
        bare = cls(
            names,
            tuple(float(values[:, k].mean()) for k in varying),
            tuple(float(values[:, k].std()) for k in varying),
        )
        return bare._with_acceptance(rows) if "accepted" in rows.columns else bare

    def _with_acceptance(self, rows: pl.DataFrame) -> CustomerDescription:
        answered = rows.drop_nulls("accepted")
        accepted = answered["accepted"].cast(pl.Float64).to_numpy()
        if min(accepted.sum(), len(accepted) - accepted.sum()) < _LEAST_ACCEPTED:
            return self
        X = np.column_stack([np.ones(answered.height), self.compute_covariates(answered)])
        spread = np.r_[10.0, np.full(len(self.names), _ACCEPTANCE_SPREAD)]
        alike = np.zeros(answered.height, dtype=np.int64)
        every = RegressionRows(X, accepted, alike, _NO_SPREAD, np.arange(answered.height))
        coefficients = compute_posterior(every, np.zeros(len(spread)), spread).mean
        mean = expit(np.column_stack([np.ones(rows.height), self.compute_covariates(rows)]) @ coefficients).mean()
        return CustomerDescription(
            self.names, self.mean, self.spread, tuple(float(value) for value in coefficients), float(mean)
        )

    @property
    def has_acceptance(self) -> bool:
        """Whether the probability of accepting a contact is known."""
        return self.acceptance is not None

    def compute_covariates(self, customers: pl.DataFrame) -> Floats:
        """Return customers × covariates, standardised.

        Raises
        ------
        DataError
            If features of a covariate are missing.
        """
        every = {covariate.name: covariate.value for covariate in list_covariates(customers.columns)}
        lost = [name for name in self.names if name not in every]
        if lost:
            raise DataError(
                table="candidates",
                expected=f"the features that '{lost[0]}' is computed from",
                found="columns without them",
                fix="Pass rows of build_dataset with all features, or run lealtad features to compute them.",
            )
        if not self.names:
            return np.empty((customers.height, 0))
        values = customers.select(every[name].alias(name) for name in self.names).to_numpy()
        return np.asarray((values - np.array(self.mean)) / np.array(self.spread))

    def compute_columns(self, customers: pl.DataFrame) -> Floats:
        """Return customers × (relative readiness to accept, if known, and the covariates).

        Relative readiness is `a/ā − 1`: how much more readily than the mean a customer accepts.
        """
        z = self.compute_covariates(customers)
        if self.acceptance is None:
            return z
        ready = expit(np.column_stack([np.ones(len(z)), z]) @ np.array(self.acceptance)) / self.accepted - 1
        return np.column_stack([ready, z])
