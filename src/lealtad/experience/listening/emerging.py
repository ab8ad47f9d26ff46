"""Emerging themes: mentioned by more customers than chance explains, with a false-discovery rate."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

RECENT_DAYS, BEFORE_DAYS = 28, 182
RATE = 0.05
_LEAST = 5


def find_emerging(
    comments: pl.DataFrame, marked: NDArray[np.bool_], codes: Sequence[str], as_of: datetime
) -> pl.DataFrame:
    """Compare the customers who mention a theme in the last 28 days with those of the 182 days before.

    Parameters
    ----------
    comments
        `customer_id, said_at`, one row per row of `marked`.

    Returns
    -------
    `theme, recent, recent_share, before_share, p, q, emerging`. A customer counts once in each period. `q` is the
    false-discovery rate at which the theme is called (Benjamini, Hochberg 1995); `emerging` if it is at most 5 %.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 6, 30, tzinfo=UTC)
    >>> said = [day - timedelta(days=3)] * 40 + [day - timedelta(days=90)] * 40
    >>> comments = pl.DataFrame({"customer_id": [str(k) for k in range(80)], "said_at": said})
    >>> marked = np.array([[k < 20] for k in range(80)])
    >>> find_emerging(comments, marked, ["wait"], day)["emerging"].item()
    True
    """
    recent_start = as_of - timedelta(days=RECENT_DAYS)
    moments = comments["said_at"]
    recent = ((moments >= recent_start) & (moments < as_of)).to_numpy()
    before = ((moments < recent_start) & (moments >= recent_start - timedelta(days=BEFORE_DAYS))).to_numpy()
    who = comments["customer_id"]
    asked = [_count(who, part) for part in (recent, before)]
    rows = []
    for number, code in enumerate(codes):
        hits = [_count(who, part & marked[:, number]) for part in (recent, before)]
        rows.append(
            {
                "theme": code,
                "recent": hits[0],
                "recent_share": hits[0] / asked[0] if asked[0] else None,
                "before_share": hits[1] / asked[1] if asked[1] else None,
                "p": _compute_chance(hits, asked),
            }
        )
    schema = {"theme": pl.String, "recent": pl.Int64, "recent_share": pl.Float64, "before_share": pl.Float64}
    tests = pl.DataFrame(rows, schema={**schema, "p": pl.Float64})
    q = adjust_discoveries(tests["p"].to_numpy())
    return tests.with_columns(pl.Series("q", q), pl.Series("emerging", q <= RATE) & (pl.col("recent") >= _LEAST))


def _count(who: pl.Series, part: NDArray[np.bool_]) -> int:
    return int(who.filter(pl.Series(part)).n_unique())


def _compute_chance(hits: list[int], asked: list[int]) -> float:
    """Return the chance of at least this many recent mentions if nothing changed (Fisher's exact test)."""
    from scipy.stats import hypergeom

    if not all(asked):
        return 1.0
    return float(hypergeom.sf(hits[0] - 1, sum(asked), sum(hits), asked[0]))


def adjust_discoveries(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the false-discovery rate at which each test is called.

    Examples
    --------
    >>> adjust_discoveries(np.array([0.01, 0.04, 0.03, 0.5])).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    order = np.argsort(p, kind="stable")
    stepped = p[order] * p.size / np.arange(1, p.size + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return adjusted
