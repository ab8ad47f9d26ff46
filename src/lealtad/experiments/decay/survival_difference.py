"""The difference of survival by week since the assignment, and the days that it adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.base.intervals import Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_DAYS = 7.0


@dataclass(frozen=True)
class ArmSurvival:
    """Survival of one arm by whole weeks.

    Attributes
    ----------
    surviving
        Shares after 0, 1, 2 … weeks.
    noise
        By week `d / (n (n - d))`, what it adds to Greenwood's sum.
    """

    surviving: Floats
    noise: Floats

    @classmethod
    def from_counts(cls, at_risk: Floats, left: Floats) -> ArmSurvival:
        """Multiply up the hazards of the weeks."""
        hazard = left / at_risk
        rest = np.maximum(at_risk - left, 1.0)
        return cls(np.concatenate([[1.0], np.cumprod(1.0 - hazard)]), left / (at_risk * rest))

    @property
    def variance(self) -> Floats:
        """Greenwood's variance of the share after each week."""
        return np.asarray(self.surviving**2 * np.concatenate([[0.0], np.cumsum(self.noise)]))

    def compute_covariance(self, first: int, later: int) -> float:
        """Return the covariance of the shares after two weeks."""
        return float(self.surviving[first] * self.surviving[later] * self.noise[: min(first, later)].sum())

    def compute_mean_days(self, weeks: int) -> tuple[float, float]:
        """Return the restricted mean of days until `weeks`, by trapezoids, and its variance."""
        heights = self.surviving[: weeks + 1]
        areas = _DAYS * (heights[:-1] + heights[1:]) / 2
        beyond = np.cumsum(areas[::-1])[::-1]
        # leaving in week j takes what lies beyond it, and half of the week itself
        after = np.concatenate([beyond[1:], [0.0]]) + _DAYS * heights[1:] / 2
        return float(areas.sum()), float((after**2 * self.noise[:weeks]).sum())


def split_arms(weekly: pl.DataFrame) -> tuple[ArmSurvival, ArmSurvival]:
    """Return survival of the control and of the treated, as far as both are followed.

    Raises
    ------
    TooLittleDataError
        If no week of both arms has been followed.
    """
    arms = []
    for treated in (False, True):
        part = weekly.filter(pl.col("treated") == treated).sort("week")
        arms.append(part)
    last = min((int((part["at_risk"] > 0).sum()) for part in arms), default=0)
    if last == 0:
        raise TooLittleDataError(
            what="weeks after the assignment in both arms",
            needed=1,
            found=0,
            fix="Wait until a week is over, or check that both arms have customers.",
        )
    control, treated_arm = (
        ArmSurvival.from_counts(*(part[name][:last].cast(pl.Float64).to_numpy() for name in ("at_risk", "left")))
        for part in arms
    )
    return control, treated_arm


def compute_survival_difference(weekly: pl.DataFrame) -> pl.DataFrame:
    """Return survival by week since the assignment, one row per week from 0.

    Parameters
    ----------
    weekly
        As `count_weeks` returns it.

    Returns
    -------
    `week, control, treated, difference, low, high` (95 %, Greenwood) and `days_gained, days_low, days_high`: the
    difference of restricted means until that week.

    Raises
    ------
    TooLittleDataError
        If no week of both arms has been followed.

    Examples
    --------
    >>> weekly = pl.DataFrame({"treated": [False, True], "week": [0, 0], "at_risk": [100, 100], "left": [20, 10]})
    >>> compute_survival_difference(weekly).select("week", "difference", "days_gained").rows()[1]
    (1, 0.1, 0.35)
    """
    control, treated = split_arms(weekly)
    rows = []
    for week in range(len(control.surviving)):
        difference = float(treated.surviving[week] - control.surviving[week])
        spread = float(np.sqrt(treated.variance[week] + control.variance[week]))
        gained, error = compute_days_gained(control, treated, week)
        rows.append(
            {
                "week": week,
                "control": float(control.surviving[week]),
                "treated": float(treated.surviving[week]),
                "difference": round(difference, 12),
                "low": difference - Z * spread,
                "high": difference + Z * spread,
                "days_gained": round(gained, 12),
                "days_low": gained - Z * error,
                "days_high": gained + Z * error,
            }
        )
    return pl.DataFrame(rows)


def compute_days_gained(control: ArmSurvival, treated: ArmSurvival, weeks: int) -> tuple[float, float]:
    """Return the difference of restricted mean days until a week, and its standard error."""
    if weeks == 0:
        return 0.0, 0.0
    (less, noise), (more, other) = control.compute_mean_days(weeks), treated.compute_mean_days(weeks)
    return more - less, float(np.sqrt(noise + other))
