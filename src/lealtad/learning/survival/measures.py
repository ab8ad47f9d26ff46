"""How good survival curves are where some customers are censored: Brier score over time, and concordance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.kpis.censoring import estimate_survival_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.learning.survival.curves import Curves
    from lealtad.learning.survival.durations import Durations

_PAIRS = 4_000_000  # compared at a time
_LEAST_SEEN = 0.05  # below it few stand for many, and the score is noise


def compute_brier(curves: Curves, truth: Durations, days: Sequence[float]) -> pl.DataFrame:
    """Return the Brier score of staying for so many days, one row per day.

    Returns
    -------
    `days, brier, n` (how many were seen that long, or left before). Null where fewer than 5 % are still seen.

    Notes
    -----
    `1/n Σ [S(t)² · 1(left by t) / G(d−) + (1 − S(t))² · 1(seen beyond t) / G(t)]`, with d the days seen and G the
    probability of not being censored by then, after Kaplan and Meier.

    References
    ----------
    Graf, Schmoor, Sauerbrei, Schumacher (1999), Assessment and comparison of prognostic classification schemes.

    Examples
    --------
    >>> from lealtad.learning.survival.curves import Curves
    >>> from lealtad.learning.survival.durations import Durations
    >>> told = Curves.of_hazards(np.array([[0.5], [0.5]]), step_days=10)
    >>> truth = Durations(np.array([4.0, 30.0]), np.array([True, False]))
    >>> compute_brier(told, truth, [10.0])["brier"].to_list()
    [0.25]
    """
    uncensored = _Uncensored(truth)
    rows = []
    for day, surviving in zip(days, curves.at(days).T, strict=True):
        gone, there = truth.churned & (truth.days <= day), truth.days > day
        share = uncensored.after(np.array([day]))[0]
        lost = np.where(gone, surviving**2 / uncensored.before(truth.days), 0.0)
        stayed_error = np.where(there, (1.0 - surviving) ** 2 / max(share, _LEAST_SEEN), 0.0)
        score = float((lost + stayed_error).mean()) if share >= _LEAST_SEEN else None
        rows.append({"days": float(day), "brier": score, "n": int(gone.sum() + there.sum())})
    return pl.DataFrame(rows, schema={"days": pl.Float64, "brier": pl.Float64, "n": pl.Int64})


def compute_integrated_brier(curves: Curves, truth: Durations) -> float | None:
    """Return the mean of the Brier scores at the ends of all steps that were seen; null if none was."""
    steps = curves.surviving.shape[1] - 1
    scores = compute_brier(curves, truth, [curves.step_days * (step + 1) for step in range(steps)])["brier"]
    mean = scores.drop_nulls().mean()
    return None if mean is None else float(str(mean))


def compute_concordance(
    risk: NDArray[np.float64], truth: Durations, until_days: float = float("inf")
) -> float | None:
    """Return how often of two customers the one at greater risk leaves first; 0.5 is chance.

    Parameters
    ----------
    risk
        The greater, the sooner: such as one less the probability of staying for the limit. Ties count half.
    until_days
        Pairs in which nobody left by then are passed over.

    Returns
    -------
    None where no pair can be compared.

    Notes
    -----
    A churned customer is compared with all who were seen longer; to stand for those who were censored, a pair weighs
    `1 / G(d−)²`.

    References
    ----------
    Uno, Cai, Pencina, D'Agostino, Wei (2011), On the C-statistics for evaluating overall adequacy of risk
    prediction procedures with censored survival data.

    Examples
    --------
    >>> from lealtad.learning.survival.durations import Durations
    >>> truth = Durations(np.array([1.0, 2.0, 3.0]), np.array([True, True, False]))
    >>> compute_concordance(np.array([0.9, 0.5, 0.1]), truth), compute_concordance(np.ones(3), truth)
    (1.0, 0.5)
    """
    weight = 1.0 / _Uncensored(truth).before(truth.days) ** 2
    leavers = np.flatnonzero(truth.churned & (truth.days <= until_days))
    agreed = compared = 0.0
    block = max(1, _PAIRS // max(len(risk), 1))
    for start in range(0, len(leavers), block):
        leaver = leavers[start : start + block, None]
        longer = truth.days[None, :] > truth.days[leaver]
        right = (risk[leaver] > risk[None, :]) + 0.5 * (risk[leaver] == risk[None, :])
        agreed += float((weight[leaver] * longer * right).sum())
        compared += float((weight[leaver] * longer).sum())
    return agreed / compared if compared else None


class _Uncensored:
    """The probability of not being censored by a time."""

    def __init__(self, truth: Durations) -> None:
        curve = estimate_survival_curve(truth.days, ~truth.churned)
        self._times, self._shares = curve.times, np.concatenate([[1.0], curve.surviving])

    def after(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Just after it."""
        return np.asarray(self._shares[np.searchsorted(self._times, days, side="right")], dtype=np.float64)

    def before(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Just before it, and never less than what is taken to be seen at all."""
        shares = self._shares[np.searchsorted(self._times, days, side="left")]
        return np.asarray(np.maximum(shares, _LEAST_SEEN), dtype=np.float64)
