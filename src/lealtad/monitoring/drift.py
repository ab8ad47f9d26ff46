"""Whether customers look different than they did, weighed by what that changes of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.stats import ks_2samp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Score = Callable[[pl.DataFrame], Floats]

_SURE = 2.2  # Kolmogorov's statistic beyond which two samples are of two distributions (1 in 10,000 by chance)
_SEED = 1


def feature_drift(  # noqa: PLR0913 - two samples, and all that decides who is listed
    reference: pl.DataFrame,
    current: pl.DataFrame,
    features: Sequence[str],
    score: Score,
    *,
    value: Floats,
    capacity: int,
) -> pl.DataFrame:
    """Return what the drift of each feature changes of the list, largest first.

    Each feature alone is put back: every current value is replaced by the value that stood at the same place in
    the reference distribution, the customers are scored again, and the list is made again. So a drift counts by
    what it does to decisions: one that the model does not use, or that moves all customers alike, counts
    nothing, and a large sample makes a small drift no larger.

    Parameters
    ----------
    reference, current
        Customers as they were, for example when the model learned, and as they are; nulls are a value of their
        own.
    score
        Returns the probability of each row of a frame like `current`.
    value
        What is at stake with each current customer; the list is made by probability times value.
    capacity
        Customers on the list.

    Returns
    -------
    `feature, distance` (Kolmogorov–Smirnov, 0 to 1), `changed` (share of the list that is another if the feature
    is put back), `gain_change` (expected loss that the list meets, as it is, over the one with the feature put
    back, less 1). Both are 0 where the two samples may well be of one distribution. Features that are the same
    for all customers today, as the season is, are left out.

    Examples
    --------
    >>> then = pl.DataFrame({"used": np.arange(1000.0), "unused": np.arange(1000.0)})
    >>> now = pl.DataFrame({"used": np.arange(1000.0), "unused": np.arange(1000.0) + 500})
    >>> found = feature_drift(then, now, ["used", "unused"], lambda rows: rows["used"].to_numpy() / 2000,
    ...                       value=np.ones(1000), capacity=100)
    >>> found.select("feature", "distance", "changed").rows()
    [('unused', 0.5, 0.0), ('used', 0.0, 0.0)]
    """
    capacity = min(capacity, current.height)
    now = score(current) * value
    listed = _top(now, capacity)
    rows = []
    for feature in features:
        before, today = _numbers(reference[feature]), _numbers(current[feature])
        if today.size == 0 or before.size == 0 or (today == today[0]).all():
            continue
        distance = _distance(before, today)
        changed, gain = 0.0, 0.0
        if distance > 0 and distance >= _SURE * (1 / before.size + 1 / today.size) ** 0.5:
            put_back = current.with_columns(_put_back(before, today, current[feature]))
            then = score(put_back) * value
            other = _top(then, capacity)
            changed = 1 - len(np.intersect1d(listed, other)) / capacity
            gain = float(now[listed].sum() / then[other].sum() - 1) if then[other].sum() > 0 else 0.0
        rows.append((feature, distance, changed, gain))
    schema = {"feature": pl.String, "distance": pl.Float64, "changed": pl.Float64, "gain_change": pl.Float64}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return found.sort(
        "changed", pl.col("gain_change").abs(), "distance", "feature", descending=[True, True, True, False]
    )


def score_drift(reference: Floats, current: Floats, share: float) -> pl.DataFrame:
    """Return how the scores moved where it matters: at the cut of the list.

    Parameters
    ----------
    share
        The share of the customers that is listed.

    Returns
    -------
    One row: `before, now` (mean probability), `distance` (Kolmogorov–Smirnov), `over_cut` (share of today's
    customers above the cut of then; `share` where nothing moved or the samples may be of one distribution).

    Examples
    --------
    >>> score_drift(np.linspace(0, 0.5, 1001), np.linspace(0, 0.5, 1001), 0.1)["over_cut"][0]
    0.1
    """
    distance = _distance(reference, current)
    over = share
    if distance > 0 and distance >= _SURE * (1 / reference.size + 1 / current.size) ** 0.5:
        over = float((current > np.quantile(reference, 1 - share)).mean())
    row = (float(reference.mean()), float(current.mean()), distance, over)
    return pl.DataFrame([row], schema=["before", "now", "distance", "over_cut"], orient="row")


def _numbers(column: pl.Series) -> Floats:
    """Return numbers, with null below all others."""
    return column.cast(pl.Float64).fill_nan(None).fill_null(-np.inf).to_numpy()


def _distance(before: Floats, today: Floats) -> float:
    return float(ks_2samp(before, today, method="asymp").statistic)


def _put_back(before: Floats, today: Floats, column: pl.Series) -> pl.Series:
    """Replace each value by the one at the same place of the reference; equal values are ordered by chance."""
    order = np.lexsort((np.random.default_rng(_SEED).permutation(today.size), today))
    place = np.empty(today.size)
    place[order] = (np.arange(today.size) + 0.5) / today.size
    found = np.sort(before)[np.minimum((place * before.size).astype(np.int64), before.size - 1)]
    return pl.Series(column.name, np.where(np.isneginf(found), np.nan, found)).fill_nan(None).cast(column.dtype)


def _top(worth: Floats, count: int) -> NDArray[np.int64]:
    return np.argsort(-worth, kind="stable")[:count]
