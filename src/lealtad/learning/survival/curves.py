"""Survival curves: the probability of still being a customer after so many days, given that one is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_NOTHING = 1e-12


@dataclass(frozen=True)
class Curves:
    """One curve per row, conditional on being active now: each begins at 1 and never rises.

    Within a step the hazard is constant, so the curve falls exponentially there.

    Attributes
    ----------
    step_days
        Length of a step.
    surviving
        Rows × (steps + 1): the probability of staying for 0, 1, 2 … whole steps.

    Examples
    --------
    A constant hazard of one half per 10 days has its median there, and a mean of 10 / ln 2 less what lies beyond
    the limit of 20 days, a quarter of it:

    >>> curves = Curves.of_hazards(np.array([[0.5, 0.5]]), step_days=10)
    >>> curves.surviving.tolist(), curves.median_days().tolist()
    ([[1.0, 0.5, 0.25]], [10.0])
    >>> bool(np.isclose(curves.restricted_mean_days()[0], 0.75 * 10 / np.log(2)))
    True
    """

    step_days: float
    surviving: NDArray[np.float64]

    @classmethod
    def of_hazards(cls, hazard: NDArray[np.float64], step_days: float) -> Curves:
        """Multiply up the probabilities of leaving within each step, rows × steps."""
        staying = np.cumprod(1.0 - hazard, axis=1)
        return cls(step_days, np.hstack([np.ones((len(hazard), 1)), staying]))

    @property
    def limit_days(self) -> float:
        """Days up to which the curves reach; nothing is stated beyond."""
        return float(self.step_days * (self.surviving.shape[1] - 1))

    def at(self, days: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of staying for so many days, rows × days.

        NaN for days beyond the limit.
        """
        asked = np.atleast_1d(np.asarray(days, dtype=np.float64))
        step = np.minimum(np.floor(asked / self.step_days).astype(np.int64), self.surviving.shape[1] - 2)
        part = asked / self.step_days - step
        logs = self._logs()
        along = np.exp(logs[:, step] + part * (logs[:, step + 1] - logs[:, step]))
        return np.where((asked >= 0) & (asked <= self.limit_days), along, np.nan)

    def median_days(self) -> NDArray[np.float64]:
        """Return by when half of the customers like this one will have churned.

        NaN (censored) where the curve does not come down to one half within the limit: longer than `limit_days`.
        """
        reached = self.surviving <= 0.5  # noqa: PLR2004 - the median
        step = np.maximum(reached.argmax(axis=1), 1)
        rows = np.arange(len(step))
        logs = self._logs()
        above, below = logs[rows, step - 1], logs[rows, step]
        fall = np.where(above > below, above - below, np.nan)
        with np.errstate(invalid="ignore"):
            days = (step - 1 + (above - np.log(0.5)) / fall) * self.step_days
        return np.where(reached.any(axis=1), days, np.nan)

    def restricted_mean_days(self) -> NDArray[np.float64]:
        """Return the mean days of staying within the limit: who stays longer counts with the limit itself.

        Notes
        -----
        The area under the curve. Over a step from S to S' it is `step · (S − S') / ln(S / S')`.
        """
        logs = self._logs()
        fall = logs[:, :-1] - logs[:, 1:]
        flat = fall < _NOTHING
        areas = np.where(
            flat, self.surviving[:, :-1], -np.diff(self.surviving, axis=1) / np.where(flat, 1.0, fall)
        )
        return np.asarray(areas.sum(axis=1) * self.step_days)

    def table(self) -> pl.DataFrame:
        """Return `median_days` (null: beyond the limit), `restricted_mean_days` and `limit_days`, one row each."""
        return pl.DataFrame(
            {
                "median_days": pl.Series(self.median_days(), nan_to_null=True),
                "restricted_mean_days": self.restricted_mean_days(),
                "limit_days": pl.Series([self.limit_days] * len(self.surviving), dtype=pl.Float64),
            }
        )

    def _logs(self) -> NDArray[np.float64]:
        return np.log(np.maximum(self.surviving, np.finfo(np.float64).tiny))
