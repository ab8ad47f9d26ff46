"""Rankings compared on the same bootstrap draws, so that what they share is not noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experiments.uplift.checking import check_rows
from lealtad.experiments.uplift.qini import compute_qini_of
from lealtad.experiments.uplift.ranking import Ranking
from lealtad.experiments.uplift.rate import compute_autoc_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_SIDES = (0.025, 0.975)


def compare_rankings(  # noqa: PLR0913 - the rows, and how they are resampled
    y: ArrayLike,
    treated: ArrayLike,
    estimates: Mapping[str, ArrayLike],
    scores: ArrayLike,
    *,
    seed: int = 1,
    draws: int = 200,
) -> pl.DataFrame:
    """Return Qini and AUTOC of each estimate, and the lead of the first one.

    Parameters
    ----------
    y, treated
        Outcome and arm of rows that no estimate learned from.
    estimates
        By name, the estimated effects of the rows.
    scores
        Doubly robust scores of the rows.
    draws
        Bootstrap draws of rows; all estimates share them.

    Returns
    -------
    One row per name: `qini, qini_low, qini_high, autoc, autoc_low, autoc_high` (95 %), `qini_ahead,
    qini_ahead_low, qini_ahead_high` (of the first name; 0 for itself) and the same of `autoc`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> treated, x = np.arange(2000) % 2, rng.normal(size=2000)
    >>> y = (rng.random(2000) < 0.3 + 0.2 * treated * np.sign(x)).astype(float)
    >>> compared = compare_rankings(y, treated, {"x": x, "noise": rng.normal(size=2000)}, 4 * (treated - 0.5) * y)
    >>> bool((compared["qini_ahead_low"][1] > 0) & (compared["autoc_ahead_low"][1] > 0))
    True
    """
    outcome, arm = check_rows(y, treated)
    flags, robust = arm.astype(np.float64), np.asarray(scores, dtype=np.float64)
    rankings = {name: Ranking.from_estimate(estimate) for name, estimate in estimates.items()}
    rng = np.random.default_rng(seed)
    weights = [np.ones(len(outcome))]
    weights += [_draw_weight(rng, arm) for _ in range(draws)]
    measures: dict[str, dict[str, Floats]] = {"qini": {}, "autoc": {}}
    for name, ranking in rankings.items():
        measures["qini"][name] = np.array([compute_qini_of(outcome, ranking, flags, weight) for weight in weights])
        measures["autoc"][name] = np.array([compute_autoc_of(robust, ranking, weight) for weight in weights])
    first = next(iter(estimates))
    rows = []
    for name in estimates:
        row: dict[str, object] = {"name": name}
        for measure, drawn in measures.items():
            row |= _describe(measure, drawn[name])
            row |= _describe(f"{measure}_ahead", drawn[first] - drawn[name])
        rows.append(row)
    return pl.DataFrame(rows)


def _draw_weight(rng: np.random.Generator, treated: NDArray[np.bool_]) -> Floats:
    """Draw rows with replacement, each arm by itself."""
    weight = np.zeros(len(treated))
    for arm in (np.flatnonzero(treated), np.flatnonzero(~treated)):
        weight[arm] = np.bincount(rng.integers(len(arm), size=len(arm)), minlength=len(arm))
    return weight


def _describe(name: str, drawn: Floats) -> dict[str, float]:
    low, high = np.quantile(drawn[1:], _SIDES) if len(drawn) > 1 else (np.nan, np.nan)
    return {name: float(drawn[0]), f"{name}_low": float(low), f"{name}_high": float(high)}
