"""Drift of customers, measured by how much it changes the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.stats import ks_2samp

from lealtad.monitoring.budget import error_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Score = Callable[[pl.DataFrame], Floats]

_LOOKS = 26  # effectively independent samples a year
_SEED = 1
_PLACES = np.linspace(0.1, 0.9, 9)
_LEVEL_MOVED, _ALIKE, _LEAST, _VALUES = 0.08, 0.25, 200, 4
_SAME_SHARE = 0.05  # largest change in the share of customers with a value above 0
_CUT_SURE = 4.0  # standard errors


def compute_feature_drift(  # noqa: PLR0913 - two samples, and all that decides who is listed
    reference: pl.DataFrame,
    current: pl.DataFrame,
    features: Sequence[str],
    score: Score,
    *,
    value: Floats,
    capacity: int,
) -> pl.DataFrame:
    """Return how much of the list the drift of each feature changes, largest first.

    Each feature is reset on its own: every current value is replaced by the same quantile of the reference
    distribution. Then the customers are scored and listed again. So drift counts by its effect on decisions. A
    feature that the model does not use, or that shifts all customers equally, does not count. A large sample does
    not make a small drift larger.

    Parameters
    ----------
    reference, current
        Customers at an earlier time, for example at training, and now; null counts as a value.
    score
        Returns the probability of each row of a frame like `current`.
    value
        Value at stake of each current customer; the list is made by probability times value.
    capacity
        Customers on the list.

    Returns
    -------
    `feature, distance` (Kolmogorov–Smirnov, 0 to 1), `changed` (share of the list that differs if the feature is
    reset), `gain_change` (expected loss on the list over that with the feature reset, minus 1), `level` (current
    over reference if all customers moved by the same factor; else null). All state no drift if the two samples may
    have one distribution. Features that are equal for all customers today, such as the season, are left out.

    Examples
    --------
    >>> then = pl.DataFrame({"used": np.arange(1000.0), "unused": np.arange(1000.0)})
    >>> now = pl.DataFrame({"used": np.arange(1000.0), "unused": np.arange(1000.0) + 500})
    >>> found = compute_feature_drift(then, now, ["used", "unused"], lambda rows: rows["used"].to_numpy() / 2000,
    ...                       value=np.ones(1000), capacity=100)
    >>> found.select("feature", "distance", "changed").rows()
    [('unused', 0.5, 0.0), ('used', 0.0, 0.0)]
    """
    capacity = min(capacity, current.height)
    now = score(current) * value
    listed = _take_top(now, capacity)
    rows = []
    for feature in features:
        before, today = _read_numbers(reference[feature]), _read_numbers(current[feature])
        if today.size == 0 or before.size == 0 or (today == today[0]).all():
            continue
        distance = _compute_distance(before, today)
        changed, gain, level = 0.0, 0.0, None
        if _is_sure(distance, before.size, today.size, error_of("features") / len(features)):
            level = find_common_level(before, today)
            put_back = current.with_columns(_restore_reference(before, today, current[feature]))
            then = score(put_back) * value
            other = _take_top(then, capacity)
            changed = 1 - len(np.intersect1d(listed, other)) / capacity
            gain = float(now[listed].sum() / then[other].sum() - 1) if then[other].sum() > 0 else 0.0
        rows.append((feature, distance, changed, gain, level))
    numbers = dict.fromkeys(("distance", "changed", "gain_change", "level"), pl.Float64)
    schema = {"feature": pl.String, **numbers}
    drifts_found = pl.DataFrame(rows, schema=schema, orient="row")
    return drifts_found.sort(
        "changed", pl.col("gain_change").abs(), "distance", "feature", descending=[True, True, True, False]
    )


def compute_score_drift(reference: Floats, current: Floats, share: float) -> pl.DataFrame:
    """Return how the scores moved at the cut of the list.

    Parameters
    ----------
    share
        The share of the customers that is listed.

    Returns
    -------
    One row: `before, now` (mean probability), `distance` (Kolmogorov–Smirnov), `over_cut` (share of today's
    customers above the earlier cut; `share` if nothing moved or the samples may have one distribution).

    Examples
    --------
    >>> compute_score_drift(np.linspace(0, 0.5, 1001), np.linspace(0, 0.5, 1001), 0.1)["over_cut"][0]
    0.1
    """
    distance = _compute_distance(reference, current)
    over = share
    if _is_sure(distance, reference.size, current.size, error_of("scores")):
        above = float((current > np.quantile(reference, 1 - share)).mean())
        # the cut is estimated from the reference sample, so its uncertainty is included
        unsure = (share * (1 - share) * (1 / reference.size + 1 / current.size)) ** 0.5
        over = above if abs(above - share) > _CUT_SURE * unsure else share
    row = (float(reference.mean()), float(current.mean()), distance, over)
    return pl.DataFrame([row], schema=["before", "now", "distance", "over_cut"], orient="row")


def take_smallest_drift(drifts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the drift of each feature against every reference: the smallest of each number.

    Compared with the last training date and with the same day a year ago, a season is not drift.

    Parameters
    ----------
    drifts
        What `compute_feature_drift` returned, by reference.

    Examples
    --------
    >>> then = {"feature": "a", "distance": 0.3, "changed": 0.2, "gain_change": -0.4, "level": 1.2}
    >>> year_ago = pl.DataFrame([then | {"changed": 0.05, "level": None}], schema_overrides={"level": pl.Float64})
    >>> take_smallest_drift([pl.DataFrame([then]), year_ago]).row(0)
    ('a', 0.3, 0.05, -0.4, None)
    """
    every = pl.concat(drifts)
    signs = pl.col("gain_change").sign()
    gain = (
        pl.when(signs.min() == signs.max()).then(pl.col("gain_change").abs().min() * signs.first()).otherwise(0.0)
    )
    logs = pl.col("level").log()
    agree = (pl.col("level").null_count() == 0) & (logs.sign().min() == logs.sign().max())
    level = pl.when(agree).then((logs.abs().min() * logs.sign().first()).exp())
    smallest = every.group_by("feature").agg(
        pl.col("distance").min(), pl.col("changed").min(), gain.alias("gain_change"), level.alias("level")
    )
    return smallest.sort(
        "changed", pl.col("gain_change").abs(), "distance", "feature", descending=[True, True, True, False]
    )


def find_common_level(before: Floats, today: Floats) -> float | None:
    """Return the common factor by which all positive values moved; None if there is none, or below 8 %.

    The deciles of both samples are compared: a price that rises for all moves each by the same factor. A season or
    another mix of customers does not.

    Examples
    --------
    >>> prices = np.linspace(5, 50, 1000)
    >>> find_common_level(prices, prices * 1.2), find_common_level(prices, prices + 10)
    (1.2, None)
    """
    here, there = (numbers[np.isfinite(numbers) & (numbers > 0)] for numbers in (before, today))
    if min(here.size, there.size) < _LEAST or abs(here.size / before.size - there.size / today.size) > _SAME_SHARE:
        return None
    then, now = np.quantile(here, _PLACES), np.quantile(there, _PLACES)
    factors = np.log(now / then)
    middle = float(np.median(factors))
    tolerance = _ALIKE * abs(middle) + 0.02
    if len(np.unique(then)) < _VALUES or abs(middle) < _LEVEL_MOVED or np.abs(factors - middle).max() > tolerance:
        return None
    return round(float(np.exp(middle)), 6)


def _is_sure(distance: float, before: int, today: int, error_a_year: float) -> bool:
    """Return whether two samples differ in distribution beyond chance, by Kolmogorov's statistic."""
    least = (0.5 * np.log(2 * _LOOKS / error_a_year)) ** 0.5
    return bool(distance > 0 and distance >= least * (1 / before + 1 / today) ** 0.5)


def _read_numbers(column: pl.Series) -> Floats:
    """Return numbers, with null below all others."""
    return column.cast(pl.Float64).fill_nan(None).fill_null(-np.inf).to_numpy()


def _compute_distance(before: Floats, today: Floats) -> float:
    return float(ks_2samp(before, today, method="asymp").statistic)


def _restore_reference(before: Floats, today: Floats, column: pl.Series) -> pl.Series:
    """Replace each value by the same quantile of the reference; equal values are ordered at random."""
    order = np.lexsort((np.random.default_rng(_SEED).permutation(today.size), today))
    place = np.empty(today.size)
    place[order] = (np.arange(today.size) + 0.5) / today.size
    restored = np.sort(before)[np.minimum((place * before.size).astype(np.int64), before.size - 1)]
    return (
        pl.Series(column.name, np.where(np.isneginf(restored), np.nan, restored)).fill_nan(None).cast(column.dtype)
    )


def _take_top(worth: Floats, count: int) -> NDArray[np.int64]:
    return np.argsort(-worth, kind="stable")[:count]
