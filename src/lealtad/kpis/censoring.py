"""Waits of which some have not ended: the Kaplan-Meier estimate, its quantiles and its restricted mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.base.intervals import Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

Estimate = tuple[float | None, float | None, float | None]
NOTHING: Estimate = (None, None, None)
_CLOSE = 1e-9


@dataclass(frozen=True)
class SurvivalCurve:
    """The share of tickets still waiting after each event time, with what its variance needs.

    Attributes
    ----------
    times, surviving, events, at_risk
        Per distinct event time, ascending: the share still waiting just after it, how many ended then, how
        many were waiting just before it.
    longest
        The longest time seen, ended or not: nothing is known beyond it.
    """

    times: NDArray[np.float64]
    surviving: NDArray[np.float64]
    events: NDArray[np.float64]
    at_risk: NDArray[np.float64]
    longest: float

    @property
    def _greenwood(self) -> NDArray[np.float64]:
        survivors = self.at_risk - self.events
        # after the last event nobody may be left: its term is then unbounded, and so is the interval there
        safe = np.where(survivors > 0, survivors, np.nan)
        return self.events / (self.at_risk * safe)

    def quantile(self, share: float) -> Estimate:
        """Return when `share` have ended, with a 95 % interval; null beyond the longest time seen.

        Notes
        -----
        The first time at which at most ``1 - share`` still wait. If exactly that many wait until the next event,
        it is the middle of the two: without censoring the median is the ordinary one. The interval
        inverts the log-log band of Brookmeyer and Crowley (1982).
        """
        waiting = 1 - share
        low_band, high_band = self._compute_bands()
        return (
            self._find_middle_crossing(waiting),
            self._find_first_crossing(low_band, waiting),
            self._find_first_crossing(high_band, waiting),
        )

    def estimate_restricted_mean(self) -> Estimate:
        """Return the mean time up to the longest one seen, with a 95 % interval.

        References
        ----------
        Klein, Moeschberger (2003), Survival analysis, section 4.5.
        """
        steps = np.diff(np.concatenate([[0.0], self.times, [self.longest]]))
        areas = steps * np.concatenate([[1.0], self.surviving])
        mean = float(areas.sum())
        beyond = areas[::-1].cumsum()[::-1][1:]
        half = Z * float(np.sqrt(np.nansum(beyond**2 * self._greenwood)))
        if self.at_risk.size < 1 or self.at_risk[0] <= 1:
            return mean, None, None
        return mean, max(mean - half, 0.0), mean + half

    def _compute_bands(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        with np.errstate(divide="ignore", invalid="ignore"):
            width = Z * np.sqrt(np.cumsum(self._greenwood)) / np.log(self.surviving)
            return self.surviving ** np.exp(-width), self.surviving ** np.exp(width)

    def _find_first_crossing(self, band: NDArray[np.float64], waiting: float) -> float | None:
        reached = np.flatnonzero(band <= waiting + _CLOSE)
        return float(self.times[reached[0]]) if reached.size else None

    def _find_middle_crossing(self, waiting: float) -> float | None:
        reached = np.flatnonzero(self.surviving <= waiting + _CLOSE)
        if not reached.size:
            return None
        exact = abs(self.surviving[reached[0]] - waiting) < _CLOSE
        following = reached[1] if exact and reached.size > 1 else reached[0]
        return float((self.times[reached[0]] + self.times[following]) / 2)


def estimate_survival_curve(durations: NDArray[np.float64], ended: NDArray[np.bool_]) -> SurvivalCurve:
    """Estimate who is still waiting after how long, from durations of which some have not ended.

    References
    ----------
    Kaplan, Meier (1958), Nonparametric estimation from incomplete observations. JASA 53.
    """
    times, events = np.unique(durations[ended], return_counts=True)
    at_risk = durations.size - np.searchsorted(np.sort(durations), times, side="left")
    surviving = np.cumprod(1 - events / at_risk, dtype=np.float64)
    return SurvivalCurve(
        times.astype(float),
        surviving,
        events.astype(float),
        at_risk.astype(float),
        float(durations.max(initial=0.0)),
    )
