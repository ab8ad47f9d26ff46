"""Summaries of an effect: by action, and by covariate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.base.intervals import Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.experiments.effect.effect import Effect

_BY_ACTION: dict[str, Any] = {
    "action": pl.String,
    "basis": pl.String,
    **dict.fromkeys(("share", "saved", "saved_low", "saved_high"), pl.Float64),
}
_MATTERS: dict[str, Any] = {"name": pl.String, **dict.fromkeys(("change", "low", "high"), pl.Float64)}


def summarize_actions(effect: Effect) -> pl.DataFrame:
    """Return the effect of each action that campaigns have tried, one row per action.

    Returns
    -------
    `action, basis, share` (of the precision that campaigns bring; see `Effect.basis`), `saved, saved_low,
    saved_high`. The last three are γ, with its 95 % interval, for a customer like the mean of the assignments, if
    churn is rare.
    """
    rows = []
    for action in effect.actions:
        middle, spread = _compute_moments(effect, effect.build_mean_design(action))
        shifts = (middle + spread**2 / 2, middle + Z * spread, middle - Z * spread)
        ends = [1 - float(np.exp(shift)) for shift in shifts]
        rows.append((action, effect.basis(action), effect.share(action), *ends))
    return pl.DataFrame(rows, _BY_ACTION, orient="row")


def summarize_covariates(effect: Effect) -> pl.DataFrame:
    """Return what an effect depends on, one row per covariate, the clearest first.

    Returns
    -------
    `name, change, low, high` (of the log-odds of churn after a contact, per standard deviation) and `matters`
    (whether the interval excludes 0). Below 0 the contact helps more.
    """
    rows = []
    for number, name in enumerate(effect.description.names if effect.is_fitted else ()):
        middle, spread = _compute_moments(effect, _build_change(effect, number))
        rows.append((name, middle, middle - Z * spread, middle + Z * spread))
    summary = pl.DataFrame(rows, _MATTERS, orient="row")
    return summary.with_columns(((pl.col("low") > 0) | (pl.col("high") < 0)).alias("matters")).sort(
        pl.col("change").abs() / (pl.col("high") - pl.col("low")), descending=True
    )


def summarize_effect(effect: Effect) -> str:
    """Describe the effect of each action in one line of English.

    Examples
    --------
    >>> from lealtad.experiments.effect import Effect, Prior
    >>> summarize_effect(Effect(Prior()))
    'prior: no campaign held anybody out'
    """
    parts = [
        f"{row['action']} {row['saved']:+.2f} [{row['saved_low']:+.2f}, {row['saved_high']:+.2f}] "
        f"({row['basis']}, {row['share']:.0%} of it from campaigns)"
        for row in summarize_actions(effect).iter_rows(named=True)
    ]
    counts = f"{effect.treated:,} contacted and {effect.holdout:,} held out, {effect.left:,} of them left"
    if effect.contaminated:
        counts += f"; others contacted {effect.contaminated:,} of those held out"
    return f"{', '.join(parts)}; {counts}" if parts else "prior: no campaign held anybody out"


def _compute_moments(effect: Effect, along: NDArray[np.float64]) -> tuple[float, float]:
    """Return mean and standard deviation of a sum of coefficients."""
    variance = float(along @ np.array(effect.covariance) @ along)
    return float(along @ np.array(effect.mean)), max(variance, 0.0) ** 0.5


def _build_change(effect: Effect, covariate: int) -> NDArray[np.float64]:
    """Return the change per standard deviation of a covariate: directly, and through the readiness to accept."""
    about, first = effect.description, 1 + len(effect.actions)
    along = np.zeros(len(effect.mean or ()))
    along[first + about.has_acceptance + covariate] = 1.0
    if about.acceptance is not None:
        along[first] = (1 - about.accepted) * about.acceptance[1 + covariate]
    return along
