"""The Qini curve and its coefficient: how much of the effect is in the first rows of a ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experiments.uplift.checking import check_rows
from lealtad.experiments.uplift.ranking import Ranking

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def compute_qini_curve(y: ArrayLike, estimate: ArrayLike, treated: ArrayLike) -> pl.DataFrame:
    """Return the Qini curve: the extra outcomes of the treated among the first rows, compared with their control.

    Returns
    -------
    `rows` (from 0), `gained` and `random` (what as many rows drawn at random would have gained).

    Examples
    --------
    >>> compute_qini_curve([1, 0, 0, 0], [0.9, 0.8, 0.1, 0.1], [1, 0, 1, 0]).select("rows", "gained").rows()
    [(0.0, 0.0), (1.0, 1.0), (2.0, 1.0), (4.0, 1.0)]
    """
    outcome, arm = check_rows(y, treated)
    rows, gained = _trace(outcome, Ranking.from_estimate(estimate), arm.astype(np.float64), np.ones(len(outcome)))
    return pl.DataFrame({"rows": rows, "gained": gained, "random": gained[-1] * rows / rows[-1]})


def compute_qini(y: ArrayLike, estimate: ArrayLike, treated: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return the Qini coefficient: the area above chance, over that of a perfect ranking.

    Parameters
    ----------
    y
        Outcomes of 0 and 1.
    estimate
        The estimated effects; only their order counts, and ties are not broken.
    treated
        Marks the rows that were treated, by chance.
    weight
        How often each row counts; None counts each once.

    Notes
    -----
    As `qini_auc_score` of scikit-uplift with negative effects. It is 0 for a random ranking.

    References
    ----------
    Radcliffe (2007), Using control groups to target on predicted lift. Direct Marketing Analytics Journal.

    Examples
    --------
    >>> round(compute_qini([1, 0, 0, 1], [0.9, 0.8, 0.7, 0.2], [1, 0, 1, 0]), 2)
    1.0
    """
    outcome, arm = check_rows(y, treated)
    counted = np.ones(len(outcome)) if weight is None else np.asarray(weight, dtype=np.float64)
    return compute_qini_of(outcome, Ranking.from_estimate(estimate), arm.astype(np.float64), counted)


def compute_qini_of(y: Floats, ranking: Ranking, treated: Floats, weight: Floats) -> float:
    """Return the Qini coefficient of a ranking that is ordered already."""
    perfect = Ranking.from_estimate(np.where(treated > 0, y, -y))
    areas = []
    for order in (ranking, perfect):
        rows, gained = _trace(y, order, treated, weight)
        areas.append(float(np.trapezoid(gained, rows)) - float(rows[-1] * gained[-1]) / 2)
    return areas[0] / areas[1] if areas[1] else 0.0


def _trace(y: Floats, ranking: Ranking, treated: Floats, weight: Floats) -> tuple[Floats, Floats]:
    rows, with_it = ranking.sum_up(weight), ranking.sum_up(weight * treated)
    hits, others = ranking.sum_up(weight * treated * y), ranking.sum_up(weight * (1 - treated) * y)
    without = rows - with_it
    scale = np.divide(with_it, without, out=np.zeros_like(with_it), where=without > 0)
    return np.r_[0.0, rows], np.r_[0.0, hits - others * scale]
