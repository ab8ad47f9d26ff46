"""What recording does to facts: some are known late, and some rows break the contract on purpose."""

from __future__ import annotations

import numpy as np
import polars as pl

from lealtad.sources.simulated.arrays import Facts, Ints, filter_facts
from lealtad.sources.simulated.draws import draw_flags
from lealtad.sources.simulated.weeks import DAY, HOUR

_LATE_MEDIAN_HOURS, _LATE_SIGMA, _LATEST = 30.0, 1.4, 35 * DAY


def add_recording_times(rng: np.random.Generator, facts: Facts, late_share: float, end: int) -> Facts:
    """Add when each fact was recorded, sort by customer and time, and leave out facts recorded after the end."""
    at: Ints = facts["at"].astype(np.int64)
    late = draw_flags(rng, np.full(at.size, late_share))
    delay = rng.lognormal(np.log(_LATE_MEDIAN_HOURS), _LATE_SIGMA, at.size) * HOUR
    recorded_at = at + np.where(late, np.minimum(delay, _LATEST), 0.0).astype(np.int64)
    order = np.lexsort((at, facts["who"]))
    is_known = (recorded_at < end)[order]
    return filter_facts(
        {name: column[order] for name, column in {**facts, "recorded_at": recorded_at}.items()}, is_known
    )


def break_rows(rng: np.random.Generator, tables: dict[str, pl.DataFrame], share: float) -> dict[str, pl.DataFrame]:
    """Break a share of rows: survey answers beyond their scale, and orders delivered twice."""
    if share == 0.0:
        return tables
    surveys, orders = tables["surveys"], tables["orders"]
    off = pl.Series(rng.random(surveys.height) < share)
    score = (
        pl.when(off & pl.col("answered_at").is_not_null())
        .then(pl.col("scale_max") + 1.0)
        .otherwise("score")
        .alias("score")
    )
    twice = orders.filter(pl.Series(rng.random(orders.height) < share))
    return {**tables, "surveys": surveys.with_columns(score), "orders": pl.concat([orders, twice])}
