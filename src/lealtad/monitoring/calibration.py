"""Whether the probabilities of each past date came true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit

from lealtad.base.intervals import Z, compute_wilson_interval
from lealtad.base.log_odds import compute_log_odds
from lealtad.learning.evaluation import compute_calibration_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SLOPE_FROM = 25  # outcomes of each kind that a slope needs


def compute_calibration_by_date(scored: pl.DataFrame) -> pl.DataFrame:
    """Compare predicted with observed rates of customers who were not contacted, one row per as-of date.

    Parameters
    ----------
    scored
        `as_of, probability, observed` and optionally `treated`; rows without `as_of` or `probability`, and treated
        rows, are left out.

    Returns
    -------
    `as_of, n, predicted` (mean), `observed` (rate), `low, high` (95 %, Wilson, of the rate), `slope, intercept`
    (of the calibration line; null if fewer than 25 churned or stayed), `slope_low, slope_high` (95 %; a customer
    has one row per date), `calibrated` (whether the predicted mean is in the interval), `labelled` (share of the
    scored rows of the date, treated or not, whose outcome is known).

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 1, 1, tzinfo=UTC)
    >>> compute_calibration_by_date(pl.DataFrame({"as_of": [day] * 4, "probability": [0.25] * 4,
    ...     "observed": [True, False, False, None]})).select("n", "predicted", "calibrated").row(0)
    (3, 0.25, True)
    """
    rows = scored.drop_nulls(["probability"])
    labelled = rows.group_by("as_of").agg(labelled=pl.col("observed").is_not_null().mean())
    rows = rows.drop_nulls(["observed"])
    if "treated" in rows.columns:
        rows = rows.filter(~pl.col("treated").fill_null(value=False))
    compared = [
        _compare_date(rows_of_date)
        for rows_of_date in rows.sort("as_of").partition_by("as_of", maintain_order=True)
    ]
    schema = pl.Schema(
        {
            "as_of": scored.schema["as_of"],
            "n": pl.Int64(),
            "predicted": pl.Float64(),
            "observed": pl.Float64(),
            "low": pl.Float64(),
            "high": pl.Float64(),
            "slope": pl.Float64(),
            "intercept": pl.Float64(),
            "slope_low": pl.Float64(),
            "slope_high": pl.Float64(),
            "calibrated": pl.Boolean(),
        }
    )
    by_date = pl.DataFrame(compared, schema=schema, orient="row")
    return by_date.join(labelled, on="as_of", how="left", maintain_order="left")


def _compare_date(rows: pl.DataFrame) -> tuple[object, ...]:
    churned, n = int(rows["observed"].sum()), rows.height
    low, high = compute_wilson_interval(churned, n)
    predicted = float(rows["probability"].to_numpy().mean())
    line: tuple[float | None, ...] = (None,) * 4
    if min(churned, n - churned) >= _SLOPE_FROM:
        line = _fit_line(rows["observed"].cast(pl.Float64).to_numpy(), rows["probability"].to_numpy())
    inside = bool(low <= predicted <= high)
    return rows["as_of"][0], n, predicted, churned / n, low, high, *line, inside


def _fit_line(y: NDArray[np.float64], probability: NDArray[np.float64]) -> tuple[float | None, ...]:
    """Return slope, intercept and the interval of the slope; nulls where the scores separate the outcomes."""
    slope, intercept = compute_calibration_line(y, probability)
    if not (math.isfinite(slope) and math.isfinite(intercept)):
        return (None,) * 4
    odds = compute_log_odds(probability)
    p = expit(intercept + slope * odds)
    weight = p * (1 - p)
    spread = float((weight * (odds - np.average(odds, weights=weight)) ** 2).sum())
    half = Z / math.sqrt(spread) if spread > 0 else math.inf
    return float(slope), float(intercept), float(slope - half), float(slope + half)
