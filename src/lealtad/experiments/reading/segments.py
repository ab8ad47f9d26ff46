"""The effect by segment, shrunk towards the effect of all: the luckiest segment is promised less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy import stats

from lealtad.base.intervals import Z
from lealtad.experiments.reading.difference import compare_means
from lealtad.experiments.reading.moments import compute_moments

if TYPE_CHECKING:
    from lealtad.experiments.reading.difference import Difference

_LEAST = 20  # units of each arm in a segment that is shown
_SCHEMA = {
    "segment": pl.String,
    "n": pl.Int64,
    **dict.fromkeys(("raw", "effect", "low", "high"), pl.Float64),
    "differs": pl.Float64,
}


def compare_segments(rows: pl.DataFrame, outcome: str, segment: str, control: str, treated: str) -> pl.DataFrame:
    """Return the effect of an arm by segment, one row per segment with at least 20 known outcomes in each arm.

    Parameters
    ----------
    rows
        `arm`, the outcome and the segment, one row per unit.

    Returns
    -------
    `segment, n, raw` (the difference in the segment alone), `effect, low, high` (shrunk, 95 %) and `differs`, the
    p-value of the segments being alike; sorted by segment.

    Notes
    -----
    Effects of segments are normal around their mean with variance τ², estimated as DerSimonian and Laird do. Each
    is shrunk towards the mean by the share of its variance that is noise; the interval includes the mean's error.

    Examples
    --------
    >>> rows = pl.DataFrame({"arm": ["a", "b"] * 200, "segment": ["x"] * 200 + ["y"] * 200,
    ...                      "sales": [0.0, 1.0, 1.0, 2.0] * 100})
    >>> compare_segments(rows, "sales", "segment", "a", "b").select("segment", "raw", "effect").rows()
    [('x', 1.0, 1.0), ('y', 1.0, 1.0)]
    """
    differences = _compare_each(rows, outcome, segment, control, treated)
    if not differences:
        return pl.DataFrame(schema=_SCHEMA)
    raw = np.array([part.effect for part in differences.values()])
    noise = np.array([max(part.standard_error, 1e-12) ** 2 for part in differences.values()])
    between, excess = _estimate_between(raw, noise)
    weight = 1 / (noise + between)
    mean = float((weight * raw).sum() / weight.sum())
    signal = between / (between + noise)
    effect = mean + signal * (raw - mean)
    error = np.sqrt(signal * noise + (1 - signal) ** 2 / weight.sum())
    p_value = float(stats.chi2.sf(excess, len(raw) - 1)) if len(raw) > 1 else 1.0
    return pl.DataFrame(
        {
            "segment": list(differences),
            "n": [part.n for part in differences.values()],
            "raw": raw,
            "effect": effect,
            "low": effect - Z * error,
            "high": effect + Z * error,
            "differs": [p_value] * len(raw),
        },
        _SCHEMA,
    )


def _compare_each(
    rows: pl.DataFrame, outcome: str, segment: str, control: str, treated: str
) -> dict[str, Difference]:
    differences = {}
    observed_rows = rows.filter(pl.col("arm").is_in([control, treated])).drop_nulls([outcome, segment])
    for (name,), part in observed_rows.sort(segment).group_by(segment, maintain_order=True):
        arms = compute_moments(part, [outcome])[outcome]
        if len(arms) == 2 and min(arm.n for arm in arms.values()) >= _LEAST:  # noqa: PLR2004 - both arms
            differences[str(name)] = compare_means(arms[control], arms[treated])
    return differences


def _estimate_between(raw: np.ndarray, noise: np.ndarray) -> tuple[float, float]:
    """Return the variance between segments, and Cochran's Q."""
    weight = 1 / noise
    excess = float((weight * (raw - (weight * raw).sum() / weight.sum()) ** 2).sum())
    scale = float(weight.sum() - (weight**2).sum() / weight.sum())
    return (max((excess - (len(raw) - 1)) / scale, 0.0) if scale > 0 else 0.0), excess
