"""Policies: whom to treat, and whether that is certainly better than treating all or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from lealtad.base.intervals import Z

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PolicyChoice:
    """The policy to use, and its evidence.

    Attributes
    ----------
    use
        `uplift`: treat the customers whom the estimate names. `all` or `none`: this choice may be as good, and is
        the better of the two.
    values
        What `compute_policy_value` returns for the three policies.
    over_all, over_none
        Lower bounds of the gain of `uplift` over them.
    """

    use: Literal["uplift", "all", "none"]
    values: pl.DataFrame
    over_all: float
    over_none: float


def compute_policy_value(
    scores: ArrayLike, chosen: ArrayLike, *, value: float = 1.0, cost: float = 0.0
) -> pl.DataFrame:
    """Return the gain of policies per customer over treating nobody, one row per policy.

    Parameters
    ----------
    scores
        Doubly robust scores of rows that the policy did not learn from.
    chosen
        Marks the customers whom the policy treats.
    value, cost
        What one outcome is worth, and what treating one customer costs.

    Returns
    -------
    `policy` (uplift, all, none), `share` treated, `gain, low, high` (95 %) above nobody, and `ahead, ahead_low,
    ahead_high`: what `uplift` brings above this one, on the same rows.

    Examples
    --------
    >>> made = compute_policy_value([1.0, 1.0, -1.0, -1.0] * 25, [1, 1, 0, 0] * 25)
    >>> made.select("policy", "gain", "ahead").rows()
    [('uplift', 0.5, 0.0), ('all', 0.0, 0.5), ('none', 0.0, 0.5)]
    """
    brings = value * np.asarray(scores, dtype=np.float64) - cost
    is_chosen = np.asarray(chosen).astype(np.float64)
    rows = []
    for name, treats in (
        ("uplift", is_chosen),
        ("all", np.ones_like(is_chosen)),
        ("none", np.zeros_like(is_chosen)),
    ):
        row: dict[str, object] = {"policy": name, "share": float(treats.mean())}
        for label, gains in (("gain", treats * brings), ("ahead", (is_chosen - treats) * brings)):
            error = Z * float(gains.std(ddof=1)) / len(gains) ** 0.5
            row |= {label: float(gains.mean())}
            low, high = ("low", "high") if label == "gain" else ("ahead_low", "ahead_high")
            row |= {low: float(gains.mean()) - error, high: float(gains.mean()) + error}
        rows.append(row)
    return pl.DataFrame(rows)


def choose_policy(
    scores: ArrayLike, estimate: ArrayLike, *, value: float = 1.0, cost: float = 0.0
) -> PolicyChoice:
    """Choose between treating the customers whom an estimate names, all, and nobody.

    Parameters
    ----------
    scores
        Doubly robust scores of rows that the estimate did not learn from.
    estimate
        Estimated effects; rows with an effect above the cost are treated.

    Examples
    --------
    >>> estimate = [0.5, -0.5] * 200
    >>> choose_policy([1.0, -1.0] * 200, estimate).use, choose_policy([1.0, 0.9] * 200, estimate).use
    ('uplift', 'all')
    """
    chosen = value * np.asarray(estimate, dtype=np.float64) > cost
    values = compute_policy_value(scores, chosen, value=value, cost=cost)
    bounds = dict(values.select("policy", "ahead_low").iter_rows())
    if min(bounds["all"], bounds["none"]) > 0:
        return PolicyChoice("uplift", values, bounds["all"], bounds["none"])
    gains = dict(values.select("policy", "gain").iter_rows())
    return PolicyChoice("all" if gains["all"] > 0 else "none", values, bounds["all"], bounds["none"])
