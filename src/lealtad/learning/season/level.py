"""The level of the season: behaviour of customers of recent dates so far, compared with the expectation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit

from lealtad.base.log_odds import compute_log_odds, cut_certainty

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_LEAST_CURVATURE = 1e-9
_WIDEST = 5.0  # log-odds
_STEP = 0.01  # between points of the curvature


@dataclass(frozen=True)
class Level:
    """A shift of all log-odds.

    Attributes
    ----------
    shift
        Added to the log-odds of churn.
    rows
        Number of partly known outcomes behind it.

    Examples
    --------
    >>> Level(shift=0.0, rows=0).correct([0.2, 0.7]).tolist()
    [0.2, 0.7]
    """

    shift: float
    rows: int

    @classmethod
    def fit(  # noqa: PLR0913 - what was seen, and how far to believe it
        cls,
        probability: ArrayLike,
        shown: ArrayLike,
        by_now: ArrayLike,
        *,
        spread: float,
        expected: float = 0.0,
        noise: float = 0.0,
    ) -> Level:
        """Learn the shift from rows whose outcome is partly known.

        Parameters
        ----------
        probability
            p, the probability of leaving that is expected of rows at dates whose horizon is not over.
        shown
            1 where the customer has already shown that they stay (bought again), else 0.
        by_now
            G, the part of those who stay that has usually shown it after that many days; per row or one for all.
            Learn it on the same season of a year ago where there is one: how soon customers come back moves with
            the season too.
        spread
            Standard deviation of the shifts of past dates, in log-odds: how far a level moves.
        expected
            The shift to be expected before any outcome is seen, such as that of the same season a year ago.
        noise
            Standard deviation, over past dates, of the shift that early outcomes showed less the one that came
            true.

        Notes
        -----
        With q(δ) = expit(logit p + δ), a customer who stays, with probability 1 − q, has shown it by now with
        probability G. So the chance of having seen a sign of activity is `(1 − q(δ))·G`, and δ̂ maximises
        `Σ_shown log((1 − q(δ))·G) + Σ_others log(1 − (1 − q(δ))·G)`, with standard error se from its curvature.
        The probability p is taken to hold what is expected already. The shift is
        `expected + δ̂ · spread² / (spread² + noise² + se²)`, the mean of a normal level given a normal estimate of
        it.

        References
        ----------
        Chapelle (2014), Modeling delayed feedback in display advertising. KDD.
        """
        p, has_shown = np.asarray(probability, dtype=np.float64), np.asarray(shown, dtype=bool)
        if not len(p) or spread <= 0:
            return cls(expected, len(p))
        share = cut_certainty(np.broadcast_to(np.asarray(by_now, dtype=np.float64), p.shape))
        odds = compute_log_odds(p)

        def loss(shift: float) -> float:
            sign = expit(-(odds + shift)) * share
            return float(-np.log(np.where(has_shown, sign, 1 - sign)).sum())

        estimate = float(minimize_scalar(loss, bounds=(-_WIDEST, _WIDEST), options={"xatol": 1e-8}).x)
        curvature = (loss(estimate + _STEP) - 2 * loss(estimate) + loss(estimate - _STEP)) / _STEP**2
        error = 1 / max(curvature, _LEAST_CURVATURE)
        return cls(expected + estimate * spread**2 / (spread**2 + noise**2 + error), len(p))

    def correct(self, probability: ArrayLike) -> NDArray[np.float64]:
        """Return the probabilities at the level of the season."""
        p = np.asarray(probability, dtype=np.float64)
        if self.shift == 0:
            return p
        return np.asarray(expit(compute_log_odds(p) + self.shift))
