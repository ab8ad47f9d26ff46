"""One model on slices of the judged rows: whether ranking, calibration and reach are equal across them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.learning.evaluation.accuracy import brier
from lealtad.learning.evaluation.contacted import compute_contact_shares
from lealtad.learning.evaluation.intervals import draw_weights, interval_of
from lealtad.learning.evaluation.ranked import RankedScores
from lealtad.learning.evaluation.ranking import auc

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_TENTH, _REPEATS = 0.1, 200
_MEASURES = ("auc", "brier", "predicted", "observed")


def compute_slices(
    by: ArrayLike, y: ArrayLike, probability: ArrayLike, customers: ArrayLike, *, seed: int
) -> pl.DataFrame:
    """Measure the model on each slice, such as a date or a segment; one row per slice, sorted.

    Returns
    -------
    `by, n, auc, brier, predicted` (mean), `observed` (rate), each with its 95 % interval over customers as `*_low,
    *_high` (NaN if it is not defined); `listed`, the share of the slice in the top tenth of all scores; `reached`,
    the share of its outcomes there. If the model treats slices of equal need alike, their `reached` is equal.

    Examples
    --------
    >>> y, p = [0, 1, 0, 1] * 20, [0.1, 0.9, 0.4, 0.6] * 20
    >>> found = compute_slices(["a", "a", "b", "b"] * 20, y, p, range(80), seed=1)
    >>> found.select("by", "n", "auc", "listed", pl.col("reached").round(6)).rows()
    [('a', 40, 1.0, 0.2, 0.4), ('b', 40, 1.0, 0.0, 0.0)]
    """
    group, happened = np.asarray(by), np.asarray(y, dtype=np.float64)
    p, whose = np.asarray(probability, dtype=np.float64), np.asarray(customers)
    top = compute_contact_shares(p, np.zeros(len(p)), round(_TENTH * len(p)))
    rows = []
    for value in np.unique(group):
        at = group == value
        reached = float(top[at & (happened > 0)].mean()) if happened[at].any() else float("nan")
        rows.append(
            {"by": str(value), "n": int(at.sum())}
            | _measure_slice(happened[at], p[at], whose[at], seed)
            | {"listed": float(top[at].mean()), "reached": reached}
        )
    return pl.DataFrame(rows)


def _measure_slice(
    y: NDArray[np.float64], p: NDArray[np.float64], customers: NDArray[np.generic], seed: int
) -> dict[str, float]:
    whole = _measure_rows(RankedScores.from_scores(y, p))
    parts = [
        _measure_rows(RankedScores.from_scores(y, p, weights))
        for weights in draw_weights(customers, seed, _REPEATS)
    ]
    measures: dict[str, float] = {}
    for name in _MEASURES:
        low, high = interval_of(np.concatenate([part[name] for part in parts]))
        measures |= {name: float(whole[name][0]), f"{name}_low": low, f"{name}_high": high}
    return measures


def _measure_rows(rows: RankedScores) -> dict[str, NDArray[np.float64]]:
    return {
        "auc": auc(rows),
        "brier": brier(rows),
        "predicted": rows.mean(rows.score, rows.score),
        "observed": rows.outcome_rate,
    }
