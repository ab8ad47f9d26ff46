"""Current performance of drivers: reach, and the share of reached customers for whom it went well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.intervals import compute_wilson_interval

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.company.settings import Settings
    from lealtad.experience.drivers.examples import DriverExamples


def measure_performance(examples: DriverExamples, as_of: datetime, settings: Settings) -> pl.DataFrame:
    """Return `driver, reach, touched, performance, performance_low, performance_high, target`, as of a date.

    `reach` is the share of active customers it touched in the window. `performance` is the share of these for whom
    it went well. `target` is that of the settings; null without one.
    """
    now = (examples.rows["as_of"] == as_of).to_numpy()
    touched, bad = examples.touched[now], examples.bad[now]
    n = touched.sum(axis=0).astype(np.float64)
    well = (touched & (bad == 0)).sum(axis=0).astype(np.float64)
    low, high = compute_wilson_interval(well, np.maximum(n, 1.0))
    return pl.DataFrame(
        {
            "driver": examples.drivers,
            "reach": n / max(int(now.sum()), 1),
            "touched": n.astype(np.int64),
            "performance": np.where(n > 0, well / np.maximum(n, 1), np.nan),
            "performance_low": np.where(n > 0, low, np.nan),
            "performance_high": np.where(n > 0, high, np.nan),
            "target": [_find_target(driver, settings) for driver in examples.drivers],
        },
        schema_overrides={"target": pl.Float64},
    ).with_columns(pl.col("performance", "performance_low", "performance_high").fill_nan(None))


def _find_target(driver: str, settings: Settings) -> float | None:
    targets = settings.targets
    if driver == "moment|first_reply" and targets.sla_breach_share is not None:
        return 1 - targets.sla_breach_share
    return None
