"""Saved or delayed: whether customers whom a contact kept are still there when its effect is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import stats

from lealtad.base.intervals import Z
from lealtad.experiments.decay.survival_difference import compute_days_gained, split_arms

if TYPE_CHECKING:
    import polars as pl

Kind = Literal["saved", "delayed", "harmed", "no_effect", "unclear"]
_SURE = 0.025  # one-sided
_LEFT_OVER = 0.25  # of the difference at the peak: who is still there of those who were kept


@dataclass(frozen=True)
class SavedOrDelayed:
    """The verdict on customers after a contact.

    Attributes
    ----------
    kind
        - `saved`: more of the treated are still there at the end.
        - `delayed`: they stayed longer, then churned all the same. The difference fell beyond chance, and less
          than a quarter of it remains at the end.
        - `harmed`: fewer of the treated are still there, or they stayed for less time.
        - `no_effect`: no visible difference at any week.
        - `unclear`: days were gained; whether customers were saved is not known yet.
    weeks
        Weeks since the assignment that were followed.
    difference, low, high
        The difference of the shares still there at the end, with its 95 % interval.
    days_gained, days_low, days_high
        Restricted mean days gained until then, with the 95 % interval.
    peak_week, peak
        The week with the largest difference, and that difference.
    rebound
        p-value of the difference at the end being as large as at the peak.
    """

    kind: Kind
    weeks: int
    difference: float
    low: float
    high: float
    days_gained: float
    days_low: float
    days_high: float
    peak_week: int
    peak: float
    rebound: float


def judge_survival(weekly: pl.DataFrame) -> SavedOrDelayed:
    """Judge the survival of both arms.

    Parameters
    ----------
    weekly
        As `count_weeks` returns it.

    Raises
    ------
    TooLittleDataError
        If no week of both arms has been followed.

    Notes
    -----
    The peak is chosen among all weeks, so its test is corrected for as many comparisons as there are weeks before
    the end.

    Examples
    --------
    >>> import polars as pl
    >>> weekly = pl.DataFrame({"treated": [False, True] * 2, "week": [0, 0, 1, 1],
    ...                        "at_risk": [10_000, 10_000, 9_000, 9_500], "left": [1_000, 500, 500, 1_000]})
    >>> judge_survival(weekly).kind, round(judge_survival(weekly).days_gained, 2)
    ('delayed', 0.35)
    """
    control, treated = split_arms(weekly)
    weeks = len(control.surviving) - 1
    difference = treated.surviving - control.surviving
    spread = np.sqrt(treated.variance + control.variance)
    gained, error = compute_days_gained(control, treated, weeks)
    peak = int(np.argmax(difference))
    low, high = difference[-1] - Z * spread[-1], difference[-1] + Z * spread[-1]
    rebound = _test_rebound(control, treated, peak, weeks)
    ends = float(low), float(high)
    days = gained - Z * error, gained + Z * error
    kind = _choose_kind(ends, days, float(difference[peak]), float(difference[-1]), rebound)
    return SavedOrDelayed(
        kind, weeks, float(difference[-1]), *ends, gained, *days, peak, float(difference[peak]), rebound
    )


def _choose_kind(
    ends: tuple[float, float], days: tuple[float, float], peak: float, last: float, rebound: float
) -> Kind:
    if days[0] > 0 and rebound < _SURE and last < peak * _LEFT_OVER:
        return "delayed"
    if ends[0] > 0:
        return "saved"
    if ends[1] < 0 or days[1] < 0:
        return "harmed"
    return "unclear" if days[0] > 0 else "no_effect"


def _test_rebound(control: object, treated: object, peak: int, weeks: int) -> float:
    """Return the corrected p-value of the difference at the end being at least that at the peak."""
    if peak in {0, weeks}:
        return 1.0
    fall, variance = 0.0, 0.0
    for arm, sign in ((treated, 1.0), (control, -1.0)):
        shares = arm.surviving  # type: ignore[attr-defined]
        fall += sign * float(shares[peak] - shares[weeks])
        both = float(arm.variance[peak] + arm.variance[weeks])  # type: ignore[attr-defined]
        variance += both - 2 * arm.compute_covariance(peak, weeks)  # type: ignore[attr-defined]
    p_value = float(stats.norm.sf(fall / variance**0.5)) if variance > 0 else 1.0
    return min(p_value * max(weeks - 1, 1), 1.0)
