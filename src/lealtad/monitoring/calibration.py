"""Whether the probabilities of each past date came true."""

from __future__ import annotations

import math

import polars as pl
from scipy.stats import binomtest

from lealtad.evaluation import compute_calibration_line

_SLOPE_FROM = 25  # outcomes of each kind, below which a slope says nothing


def calibration_by_date(scored: pl.DataFrame) -> pl.DataFrame:
    """Compare predicted with observed rates of customers who were not contacted, one row per as-of date.

    Parameters
    ----------
    scored
        `as_of, probability, observed` and optionally `treated`; rows without either of the first two, and treated
        ones, are left out.

    Returns
    -------
    `as_of, n, predicted` (mean), `observed` (rate), `low, high` (95 %, Wilson, of the rate), `slope, intercept`
    (of the calibration line; null where fewer than 25 left or stayed), `calibrated` (whether the predicted mean
    lies in the interval).

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 1, 1, tzinfo=UTC)
    >>> calibration_by_date(pl.DataFrame({"as_of": [day] * 4, "probability": [0.25] * 4,
    ...     "observed": [True, False, False, None]})).select("n", "predicted", "calibrated").row(0)
    (3, 0.25, True)
    """
    rows = scored.drop_nulls(["probability", "observed"])
    if "treated" in rows.columns:
        rows = rows.filter(~pl.col("treated").fill_null(value=False))
    found = [_of_date(one) for one in rows.sort("as_of").partition_by("as_of", maintain_order=True)]
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
            "calibrated": pl.Boolean(),
        }
    )
    return pl.DataFrame(found, schema=schema, orient="row")


def _of_date(rows: pl.DataFrame) -> tuple[object, ...]:
    left, n = int(rows["observed"].sum()), rows.height
    ends = binomtest(left, n).proportion_ci(method="wilson")
    predicted = float(rows["probability"].to_numpy().mean())
    line: tuple[float, float] | tuple[None, None] = (None, None)
    if min(left, n - left) >= _SLOPE_FROM:
        line = compute_calibration_line(rows["observed"].cast(pl.Int8).to_numpy(), rows["probability"].to_numpy())
    known = [None if one is None or math.isnan(one) else float(one) for one in line]
    inside = bool(ends.low <= predicted <= ends.high)
    return rows["as_of"][0], n, predicted, left / n, float(ends.low), float(ends.high), *known, inside
