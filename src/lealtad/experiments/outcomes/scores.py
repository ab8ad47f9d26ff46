"""The churn and promoter scores that were known when a customer was assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.models.scoring.history import PROMOTERS, SCORES

if TYPE_CHECKING:
    from lealtad.lake import Lake

_COLUMNS = {"churn": (SCORES, "probability"), "promoter": (PROMOTERS, "promoter_probability")}


def read_latest_scores(lake: Lake, kind: str, rows: pl.DataFrame, bucket: int | None = None) -> pl.Series:
    """Return by row the newest nightly score at or before its assignment; null if there is none.

    Parameters
    ----------
    kind
        `churn` or `promoter`.
    rows
        `customer_id, assigned_at`.
    bucket
        The bucket of the lake that all rows belong to; None for any.
    """
    table, column = _COLUMNS[kind]
    if not lake.has(table):
        return pl.Series(column, [None] * rows.height, dtype=pl.Float64)
    where = pl.col("model").str.contains("churn") if kind == "churn" else pl.lit(value=True)
    scores = lake.read(table, bucket, where=where).select("customer_id", "as_of", pl.col(column).alias("score"))
    numbered = rows.select("customer_id", "assigned_at").with_row_index("_row").sort("assigned_at")
    joined = numbered.join_asof(
        scores.drop_nulls("score").sort("as_of"),
        left_on="assigned_at",
        right_on="as_of",
        by="customer_id",
        check_sortedness=False,
    )
    return joined.sort("_row")["score"]
