"""The engine against a pandas group-by per date: same facts, same answers, one run."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl

from lealtad.features import Facts, Grid

FACTS, CUSTOMERS, DATES, WINDOWS = 3_000_000, 60_000, 12, (7, 28, 91, 364)
MEASURES = [f"measure_{i}" for i in range(13)]  # and the count
END = datetime(2026, 1, 1, tzinfo=UTC)


def company() -> pl.DataFrame:
    """Two years of orders, sorted as a lake's bucket is."""
    rng = np.random.default_rng(1)
    after = rng.integers(0, 730 * 86_400, FACTS) * 1_000_000
    happened = pl.Series(np.datetime64("2024-01-02", "us") + after).cast(pl.Datetime("us", "UTC"))
    rows = pl.DataFrame(
        {
            "customer_id": [f"{i:06d}" for i in rng.integers(0, CUSTOMERS, FACTS)],
            "ordered_at": happened,
            "known_at": happened,
            **{name: rng.gamma(2, 20, FACTS) for name in MEASURES},
        }
    )
    return rows.sort("customer_id", "known_at")


def dates() -> list[datetime]:
    """Twelve monthly dates, backwards from the end."""
    return [END - timedelta(days=30 * month) for month in range(DATES)]


def ours(rows: pl.DataFrame) -> pd.DataFrame:
    """Count and thirteen sums per customer, date and window through the running totals."""
    grid = Grid.of(rows["customer_id"], dates())
    facts = Facts(rows, grid, "ordered_at", WINDOWS)
    columns = {f"count_{window}": facts.count(window).ravel() for window in WINDOWS}
    for what in MEASURES:
        columns |= {f"{what}_{window}": facts.sum(what, window).ravel() for window in WINDOWS}
    index = pd.MultiIndex.from_product([grid.customer_ids.to_list(), sorted(dates())])
    return pd.DataFrame(columns, index=index)


def theirs(rows: pd.DataFrame) -> pd.DataFrame:
    """Answer the same with a filter and a group-by per date and window."""
    customers = sorted(rows["customer_id"].unique())
    parts = []
    for date in sorted(dates()):
        columns = {}
        for window in WINDOWS:
            inside = (rows["ordered_at"] < date) & (rows["ordered_at"] >= date - timedelta(days=window))
            groups = rows[inside].groupby("customer_id")
            columns[f"count_{window}"] = groups.size().reindex(customers, fill_value=0)
            sums = groups[MEASURES].sum().reindex(customers, fill_value=0)
            columns |= {f"{what}_{window}": sums[what] for what in MEASURES}
        parts.append(pd.DataFrame(columns).set_axis(pd.MultiIndex.from_product([customers, [date]])))
    return pd.concat(parts).sort_index()


def run(repeats: int = 3) -> list[dict[str, object]]:
    """Measure both, checked equal first; the ratio is the result."""
    rows = company()
    frame = rows.to_pandas()
    mine, other = ours(rows), theirs(frame)
    np.testing.assert_allclose(mine.to_numpy(), other[mine.columns].to_numpy(), rtol=1e-9, atol=1e-6)
    ratios = [_seconds(theirs, frame) / _seconds(ours, rows) for _ in range(repeats)]
    return [
        {
            "name": "engine_against_pandas",
            "value": float(np.median(ratios)),
            "unit": "times faster",
            "goal": 5.0,
            "better": "higher",
            "low": min(ratios),
            "high": max(ratios),
            "repeats": repeats,
        }
    ]


def _seconds(work, rows) -> float:  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    work(rows)
    return time.perf_counter() - started
