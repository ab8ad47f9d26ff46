"""How well each single feature predicts the outcome: soon after, later, and at the newest date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.intervals import compute_wilson_interval
from lealtad.checks.leakage.bands import BANDS
from lealtad.checks.leakage.ranking import compute_ranking
from lealtad.checks.leakage.silence import compute_strata

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KEY = ("customer_id", "as_of")
_LEFT = [f"left_{band}" for band in range(BANDS)]
VALUE, ABSENCE = "value", "absence"
_USUAL = 0.5  # the usual value is that of more rows than this share
_Z = 3.0


def compute_echo(features: pl.DataFrame, bands: pl.DataFrame, silence: pl.DataFrame) -> pl.DataFrame:
    """Return how well each feature, and its absence, ranks churned customers; one row per feature and aspect.

    Parameters
    ----------
    features
        `customer_id, as_of` and features.
    bands
        See `outcome_bands`.
    silence
        See `compute_silence`.

    Returns
    -------
    Strongest first; NaN if a figure cannot be computed.

    - `feature, aspect, rows`: the aspect `value` ranks the rows that have one, `absence` is 1 where it is null;
    - `auc_0, auc_1, auc_2`: AUC of churn within the first, second and third horizon, against customers who stayed
      through it; turned so that `auc_0` is at least 0.5;
    - `auc_beyond`: `auc_0` among customers who are equally silent;
    - `auc_newest`: `auc_0` at the newest date alone;
    - `margin_*`: three standard errors of each;
    - `unusual`: customers without the usual value, where one value is that of most rows;
    - `unusual_left, unusual_left_low`: share of their rows after which they churned, and its lower bound.
    """
    rows = bands.drop_nulls("left_0").join(features, on=_KEY, how="inner", maintain_order="left")
    silent = rows.select(_KEY).join(silence, on=_KEY, how="left", maintain_order="left")
    customers = rows["customer_id"].rank("dense").to_numpy()
    churned = [rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in _LEFT]
    gone = compute_strata(silent, churned[0] == 1)
    newest = (rows["as_of"] == rows["as_of"].max()).to_numpy()
    echoes = []
    for name in features.columns:
        if name in _KEY:
            continue
        values = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        absent = np.isnan(values)
        aspects = {VALUE: values, ABSENCE: absent.astype(np.float64)} if absent.any() else {VALUE: values}
        for aspect, numbers in aspects.items():
            echoes.append(
                {
                    "feature": name,
                    "aspect": aspect,
                    **_measure_echo(numbers, churned, _EchoRows(customers, newest, gone)),
                }
            )
    return pl.DataFrame(echoes).sort(pl.col("auc_0").fill_nan(None), descending=True, nulls_last=True)


@dataclass(frozen=True)
class _EchoRows:
    """Context of the rows: the customer, whether it is the newest date, the stratum of silence."""

    customers: NDArray[np.int64]
    newest: NDArray[np.bool_]
    gone: NDArray[np.int64]


def _measure_echo(
    values: NDArray[np.float64], left: list[NDArray[np.float64]], rows: _EchoRows
) -> dict[str, float]:
    there = ~np.isnan(values)
    judged = [there & ~np.isnan(outcome) for outcome in left]
    per_row = [len(np.unique(rows.customers[where])) / max(where.sum(), 1) for where in judged]
    rankings = {
        str(band): compute_ranking(values[where], left[band][where] == 1, per_row[band])
        for band, where in enumerate(judged)
    }
    near, last = judged[0], judged[0] & rows.newest
    rankings["beyond"] = compute_ranking(values[near], left[0][near] == 1, per_row[0], rows.gone[near])
    rankings["newest"] = compute_ranking(values[last], left[0][last] == 1)
    if rankings["0"].auc < 0.5:  # noqa: PLR2004 - chance
        rankings = {name: ranking.flip() for name, ranking in rankings.items()}
    return {
        "rows": int(near.sum()),
        **{f"auc_{name}": ranking.auc for name, ranking in rankings.items()},
        **{f"margin_{name}": ranking.margin for name, ranking in rankings.items()},
        **_count_unusual(values[near], left[0][near], rows.customers[near]),
    }


def _count_unusual(
    values: NDArray[np.float64], left: NDArray[np.float64], customers: NDArray[np.int64]
) -> dict[str, float]:
    """Count the churned customers among those without the most frequent value."""
    distinct, counts = np.unique(values, return_counts=True)
    if not len(values) or counts.max() <= _USUAL * len(values):
        return {"unusual": 0, "unusual_left": float("nan"), "unusual_left_low": float("nan")}
    other = values != distinct[counts.argmax()]
    n = len(np.unique(customers[other]))
    share = float(left[other].mean()) if n else float("nan")
    low = compute_wilson_interval(share * n, n, _Z)[0] if n else float("nan")
    return {"unusual": n, "unusual_left": share, "unusual_left_low": low}
