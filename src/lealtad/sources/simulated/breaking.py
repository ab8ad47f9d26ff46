"""Rows that break the contract, for those who want to see them rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import numpy as np


def break_rows(rng: np.random.Generator, tables: dict[str, pl.DataFrame], share: float) -> dict[str, pl.DataFrame]:
    """Return the tables with a share of survey answers off their scale and of orders delivered twice."""
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
