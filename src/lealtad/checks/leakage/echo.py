"""What each feature alone says of the outcome: near it, further from it, and at the newest date."""

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
_USUAL = 0.5  # a value that more rows than this share is what one has who was not told of
_Z = 3.0


def compute_echo(features: pl.DataFrame, bands: pl.DataFrame, silence: pl.DataFrame) -> pl.DataFrame:
    """Return how well each feature, and its absence, tells who left; one row per feature and aspect.

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
    Strongest first: `feature, aspect` (`value`: ranks the rows that have one; `absence`: 1 where null), `rows`,
    `auc_0, auc_1, auc_2` with `margin_*` (three standard errors): AUC for those who left within the first,
    second and third horizon after the date, each against those who stayed through it; turned so that `auc_0`
    is at least 0.5. `auc_beyond, margin_beyond`: `auc_0` among customers who look equally gone by their silence.
    `auc_newest, margin_newest`: `auc_0` at the newest date alone. `unusual` (customers whose
    value is not the usual one, where one value stands in most rows), `unusual_left` (share of their rows after
    which they left) and `unusual_left_low` (its lower bound). NaN where nothing can be said.
    """
    rows = bands.drop_nulls("left_0").join(features, on=_KEY, how="inner", maintain_order="left")
    silent = rows.select(_KEY).join(silence, on=_KEY, how="left", maintain_order="left")
    customers = rows["customer_id"].rank("dense").to_numpy()
    left = [rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in _LEFT]
    gone = compute_strata(silent, left[0] == 1)
    newest = (rows["as_of"] == rows["as_of"].max()).to_numpy()
    found = []
    for name in features.columns:
        if name in _KEY:
            continue
        values = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        absent = np.isnan(values)
        aspects = {VALUE: values, ABSENCE: absent.astype(np.float64)} if absent.any() else {VALUE: values}
        for aspect, numbers in aspects.items():
            found.append(
                {
                    "feature": name,
                    "aspect": aspect,
                    **_measure_echo(numbers, left, _EchoRows(customers, newest, gone)),
                }
            )
    return pl.DataFrame(found).sort(pl.col("auc_0").fill_nan(None), descending=True, nulls_last=True)


@dataclass(frozen=True)
class _EchoRows:
    """What is known of the rows beside features and outcomes: whose, whether newest, how gone they look."""

    customers: NDArray[np.int64]
    newest: NDArray[np.bool_]
    gone: NDArray[np.int64]


def _measure_echo(
    values: NDArray[np.float64], left: list[NDArray[np.float64]], rows: _EchoRows
) -> dict[str, float]:
    there = ~np.isnan(values)
    judged = [there & ~np.isnan(outcome) for outcome in left]
    per_row = [len(np.unique(rows.customers[where])) / max(where.sum(), 1) for where in judged]
    found = {
        str(band): compute_ranking(values[where], left[band][where] == 1, per_row[band])
        for band, where in enumerate(judged)
    }
    near, last = judged[0], judged[0] & rows.newest
    found["beyond"] = compute_ranking(values[near], left[0][near] == 1, per_row[0], rows.gone[near])
    found["newest"] = compute_ranking(values[last], left[0][last] == 1)
    if found["0"].auc < 0.5:  # noqa: PLR2004 - chance
        found = {name: one.flip() for name, one in found.items()}
    return {
        "rows": int(near.sum()),
        **{f"auc_{name}": one.auc for name, one in found.items()},
        **{f"margin_{name}": one.margin for name, one in found.items()},
        **_count_unusual(values[near], left[0][near], rows.customers[near]),
    }


def _count_unusual(
    values: NDArray[np.float64], left: NDArray[np.float64], customers: NDArray[np.int64]
) -> dict[str, float]:
    """Say how many of those left whose value is not the one that most rows have."""
    distinct, counts = np.unique(values, return_counts=True)
    if not len(values) or counts.max() <= _USUAL * len(values):
        return {"unusual": 0, "unusual_left": float("nan"), "unusual_left_low": float("nan")}
    other = values != distinct[counts.argmax()]
    n = len(np.unique(customers[other]))
    share = float(left[other].mean()) if n else float("nan")
    low = compute_wilson_interval(share * n, n, _Z)[0] if n else float("nan")
    return {"unusual": n, "unusual_left": share, "unusual_left_low": low}
