"""Impact of themes on NPS and on the odds of churn, estimated jointly for all themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.intervals import Z
from lealtad.experience.drivers.effects import estimate_effects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEAST_ANSWERS, LEAST_MENTIONS = 100, 10
_PENALTY, _STEPS = 1.0, 50


def compute_impact(  # noqa: PLR0913 - answers, their themes, and what is held
    marked: NDArray[np.bool_],
    points: NDArray[np.float64],
    customer: NDArray[np.int64],
    codes: Sequence[str],
    weights: NDArray[np.float64] | None = None,
    *,
    held: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Compute the impact of themes on NPS.

    Parameters
    ----------
    marked
        Answers × themes: whether the comment has the theme.
    points
        100, 0 or −100 of each answer.
    customer
        The number of the customer of each answer.
    weights
        Weights for non-response; None weights all answers equally.
    held
        The themes to estimate jointly; None: all. For the others only `alone` is not null.

    Returns
    -------
    `theme, mentions, share`, `slope` (points of an answer with the theme minus one without, other themes equal)
    with `slope_low, slope_high`, `impact` (slope times share: the theme's effect on the NPS) with `impact_low,
    impact_high`, and `alone` (NPS minus NPS without the answers that have it). A theme with fewer than 10 mentions
    has nulls.

    Examples
    --------
    >>> marked = np.array([[True], [False]] * 100)
    >>> row = compute_impact(marked, np.array([-100.0, 100] * 100), np.arange(200), ["wait"]).row(0, named=True)
    >>> row["slope"], row["impact"], row["alone"]
    (-200.0, -100.0, -100.0)
    """
    heft = np.ones(len(points)) if weights is None else weights
    used = _pick_used(marked, codes, held)
    nothing, date = np.zeros((len(points), 1)), np.zeros(len(points), np.int64)
    columns = marked[:, used].astype(np.float64)
    effects = estimate_effects(columns, nothing, date, points, customer, weights)
    rows = []
    for number, code in enumerate(codes):
        share = float(np.average(marked[:, number], weights=heft))
        row: dict[str, str | float | int | None] = {
            "theme": code,
            "mentions": int(marked[:, number].sum()),
            "share": share,
        }
        if number in used:
            direction = (used == number).astype(np.float64)
            row |= _bound("slope", effects.combine(direction)) | _bound(
                "impact", effects.combine(share * direction)
            )
        rest = ~marked[:, number]
        if row["mentions"] and rest.any():
            row["alone"] = _average(points, heft) - _average(points[rest], heft[rest])
        rows.append(row)
    schema = {"theme": pl.String, "mentions": pl.Int64, "share": pl.Float64}
    numbers = ("slope", "slope_low", "slope_high", "impact", "impact_low", "impact_high", "alone")
    return pl.DataFrame(rows, schema={**schema, **dict.fromkeys(numbers, pl.Float64)})


def _pick_used(marked: NDArray[np.bool_], codes: Sequence[str], held: Sequence[str] | None) -> NDArray[np.int64]:
    """Return the positions of the themes to estimate jointly that are mentioned often enough."""
    joint = np.array([held is None or code in held for code in codes], dtype=bool)
    return np.flatnonzero(joint & (marked.sum(axis=0) >= LEAST_MENTIONS))


def _bound(name: str, ends: tuple[float, float, float]) -> dict[str, float]:
    # treat the rounding noise of an exact fit as 0
    value, low, high = (round(end, 9) + 0.0 for end in ends)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _average(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    return float(np.average(values, weights=weights))


def compute_odds(
    marked: NDArray[np.bool_],
    left: NDArray[np.bool_],
    customer: NDArray[np.int64],
    codes: Sequence[str],
    held: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Compute the effect of themes on the odds of churn, estimated jointly.

    Parameters
    ----------
    marked, left, customer
        Comments × themes; whether the customer churned within the horizon after the comment; the customer's
        number.

    Returns
    -------
    `theme, odds` (ratio of the odds with and without the theme), `odds_low, odds_high`. Nulls for fewer than 10
    mentions, or if nobody or everybody churned.

    Notes
    -----
    Logistic regression with a weak penalty, and errors robust to clusters of customers.
    """
    schema = dict.fromkeys(("odds", "odds_low", "odds_high"), pl.Float64)
    used = _pick_used(marked, codes, held)
    rows = [{"theme": code} for code in codes]
    if 0 < left.sum() < left.size and used.size:
        design = np.column_stack([np.ones(left.size), marked[:, used]])
        slopes, covariance = _fit_logistic(design, left.astype(np.float64), customer)
        for place, number in enumerate(used, start=1):
            spread = Z * float(np.sqrt(covariance[place, place]))
            ends = np.exp(np.clip([slopes[place], slopes[place] - spread, slopes[place] + spread], -20, 20))
            rows[number] |= dict(zip(schema, map(float, ends), strict=True))
    return pl.DataFrame(rows, schema={"theme": pl.String, **schema})


def _fit_logistic(
    design: NDArray[np.float64], left: NDArray[np.float64], customer: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    slopes: NDArray[np.float64] = np.zeros(design.shape[1])
    penalty = np.diag(np.append(0.0, np.full(design.shape[1] - 1, _PENALTY)))
    bread: NDArray[np.float64] = np.eye(design.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ slopes, -30, 30)))
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        bread = np.linalg.pinv(curvature, hermitian=True).astype(np.float64)
        step = bread @ (design.T @ (left - chance) - penalty @ slopes)
        slopes += step
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004 - converged
            break
    chance = 1 / (1 + np.exp(-np.clip(design @ slopes, -30, 30)))
    scores = design * (left - chance)[:, None]
    order = np.argsort(customer, kind="stable")
    starts = np.flatnonzero(np.diff(customer[order], prepend=-1))
    clustered = np.add.reduceat(scores[order], starts, axis=0)
    return slopes, bread @ (clustered.T @ clustered) @ bread
