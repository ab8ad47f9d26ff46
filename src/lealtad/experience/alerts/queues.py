"""Growing queues: an owner's open tickets now, against the same weekday in 26 weeks that ended a month ago."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experience.alerts.budget import QUEUE, compute_chance_threshold
from lealtad.experience.alerts.increases import LEAST, compute_growth_chance
from lealtad.experience.alerts.signal import Signal
from lealtad.kpis.tickets import tickets

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

# skip the last four weeks, so that a growing queue is not compared with itself
WEEKS = (0, *range(5, 31))
_NOBODY = ""


def judge_queues(lake: Lake, as_of: datetime) -> list[Signal]:
    """Judge the open tickets of each owner; tickets without an owner are one queue."""
    if not lake.has("ticket_events"):
        return []
    rows = tickets(lake.read("ticket_events", as_of=as_of), as_of=as_of)
    owner = pl.col("owner") if "owner" in rows.columns else pl.lit(None, pl.String)
    rows = rows.with_columns(owner.fill_null(_NOBODY).alias("owner"))
    first = rows["created_at"].min()
    queues = sorted(rows["owner"].unique().to_list())
    threshold = compute_chance_threshold(QUEUE, len(queues))
    signals = []
    for name in queues:
        own = rows.filter(owner=name)
        # weeks before the first ticket do not count
        dates = [as_of - timedelta(days=7 * back) for back in WEEKS]
        lengths = np.array([_count_open(own, date) for date in dates if first < date])  # type: ignore[operator]
        if not lengths.size:
            continue
        now, before = float(lengths[0]), lengths[1:].astype(np.float64)
        usual = float(np.median(before)) if before.size else 0.0
        chance = compute_growth_chance(now, before)
        signals.append(
            Signal(
                QUEUE,
                name,
                name or None,
                chance < threshold and now >= LEAST,
                now <= usual + max(usual, 1.0) ** 0.5,
                {"open": int(now), "usual": usual},
            )
        )
    return signals


def _count_open(rows: pl.DataFrame, date: datetime) -> int:
    waiting = pl.col("is_open") | (pl.col("last_solved_at") >= date)
    return rows.filter((pl.col("created_at") < date) & waiting).height
