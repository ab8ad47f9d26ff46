"""The expected maximum profit of a churn model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import beta

from lealtad.learning.evaluation.economics import Economics
from lealtad.learning.evaluation.ranked import RankedScores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_DEFAULT = Economics()


def compute_empc(y: ArrayLike, probability: ArrayLike, economics: Economics = _DEFAULT) -> tuple[float, float]:
    """Return the expected maximum profit per customer, and the share of customers it contacts.

    Only the order of the probabilities matters. For each chance γ of saving a customer, the best threshold is
    taken, and the best profits are averaged over the distribution of γ.

    Notes
    -----
    `EMPC = ∫ max_t P(t; γ) · Beta(γ; α, β) dγ`. The best threshold is always on the convex hull of the ROC curve.
    The slopes of the hull are the rates q of the pool-adjacent-violators algorithm. Contacting a pool pays from
    `γ* = ((1 − q)·d + f) / (q·(V − d))` on, so that the integral is a sum over pools w:
    `Σ w·[q·(V − d)·E(γ; γ > γ*) − ((1 − q)·d + f)·P(γ > γ*)]`, with
    `E(γ; γ > g) = α/(α + β) · P(Beta(α + 1, β) > g)`.

    References
    ----------
    Verbraken, Verbeke, Baesens (2013), A novel profit maximizing metric for measuring classification performance
    of customer churn prediction models. IEEE Transactions on Knowledge and Data Engineering 25.

    Examples
    --------
    >>> profit, share = compute_empc([0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9])
    >>> round(profit, 7), round(share, 5)
    (23.8755934, 0.87437)
    """
    profit, share = empc(RankedScores.from_scores(y, probability), economics)
    return float(profit[0]), float(share[0])


def empc(rows: RankedScores, economics: Economics) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return profit per customer and share contacted, per draw; see `compute_empc`."""
    draws = zip(rows.positives, rows.weight, strict=True)
    profits = np.array([_empc_of_draw(positives, weight, economics) for positives, weight in draws])
    return profits[:, 0], profits[:, 1]


def _empc_of_draw(
    positives: NDArray[np.float64], weight: NDArray[np.float64], money: Economics
) -> tuple[float, float]:
    drawn = weight > 0
    w = weight[drawn] / weight.sum()
    pooled = isotonic_regression(positives[drawn] / weight[drawn], weights=w, increasing=False)
    ends = pooled.blocks
    q, w = pooled.x[ends[:-1]], np.add.reduceat(w, ends[:-1])
    cost = (1 - q) * money.offer_cost + money.contact_cost
    worth = q * (money.value - money.offer_cost)
    pays_from = np.divide(cost, worth, out=np.full(len(q), np.inf), where=worth > 0)
    contacted = beta.sf(pays_from, money.alpha, money.beta)
    saved = money.mean_saved * beta.sf(pays_from, money.alpha + 1, money.beta)
    return float(w @ (worth * saved - cost * contacted)), float(w @ contacted)
