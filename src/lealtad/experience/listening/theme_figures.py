"""Figures of themes: mentions, impact on NPS, odds of leaving, by stage, by segment and by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experience.listening.impact import LEAST_ANSWERS, compute_impact, compute_odds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.experience.listening.themes import Taxonomy

_DIMENSIONS = ("stage", "segment")


def describe_themes(
    comments: pl.DataFrame, sentences: pl.DataFrame, marked: NDArray[np.bool_], taxonomy: Taxonomy
) -> pl.DataFrame:
    """Return mentions, customers and sentiment of each theme."""
    who = comments["customer_id"]
    mentions = sentences.explode("themes").drop_nulls("themes").rename({"themes": "theme"})
    felt = mentions.group_by("theme").agg(
        (pl.col("sentiment") == "negative").mean().alias("negative_share"),
        pl.col("value").sort().mean().alias("sentiment"),
    )
    counted = pl.DataFrame(
        {
            "theme": taxonomy.codes,
            "comments": marked.sum(axis=0).astype(np.int64),
            "customers": [who.filter(pl.Series(marked[:, k])).n_unique() for k in range(len(taxonomy.codes))],
            "share": marked.mean(axis=0),
        }
    )
    return counted.join(felt, on="theme", how="left", maintain_order="left")


def _number_customers(comments: pl.DataFrame) -> NDArray[np.int64]:
    return comments["customer_id"].rank("dense").to_numpy().astype(np.int64) - 1


def measure_impact(
    comments: pl.DataFrame, marked: NDArray[np.bool_], taxonomy: Taxonomy, weights: NDArray[np.float64]
) -> pl.DataFrame:
    """Return the impact of each theme on the NPS of commented answers; see `compute_impact`."""
    at = comments["points"].is_not_null().to_numpy()
    if at.sum() < LEAST_ANSWERS:
        return compute_impact(
            np.zeros((1, len(taxonomy.codes)), bool), np.zeros(1), np.zeros(1, np.int64), taxonomy.codes
        )
    points = comments["points"].to_numpy()[at]
    return compute_impact(
        marked[at],
        points,
        _number_customers(comments.filter(at)),
        taxonomy.codes,
        weights[at],
        held=taxonomy.specific,
    )


def measure_odds(
    comments: pl.DataFrame, marked: NDArray[np.bool_], taxonomy: Taxonomy, left: pl.Series
) -> pl.DataFrame:
    """Return the odds of churn by theme, from comments with a known outcome; see `compute_odds`."""
    has_outcome = left.is_not_null().to_numpy()
    gone = left.fill_null(value=False).to_numpy()[has_outcome]
    return compute_odds(
        marked[has_outcome],
        gone,
        _number_customers(comments.filter(has_outcome)),
        taxonomy.codes,
        taxonomy.specific,
    )


def list_parts(
    comments: pl.DataFrame, marked: NDArray[np.bool_], taxonomy: Taxonomy, weights: NDArray[np.float64]
) -> pl.DataFrame:
    """Return the impact by stage and by segment, for groups of at least 100 commented answers."""
    parts = []
    for dimension in _DIMENSIONS:
        for value in comments[dimension].drop_nulls().unique().sort():
            inside = (
                ((comments[dimension] == value) & comments["points"].is_not_null())
                .fill_null(value=False)
                .to_numpy()
            )
            if inside.sum() < LEAST_ANSWERS:
                continue
            ranking = measure_impact(comments.filter(inside), marked[inside], taxonomy, weights[inside])
            impacts = ranking.select(
                "theme", "mentions", "share", "impact", "impact_low", "impact_high"
            ).drop_nulls("impact")
            keys = (
                pl.lit(dimension).alias("dimension"),
                pl.lit(str(value)).alias("value"),
                pl.lit(int(inside.sum())).alias("n"),
            )
            parts.append(impacts.select(*keys, pl.all()))
    return pl.concat(parts) if parts else pl.DataFrame()


def list_months(comments: pl.DataFrame, sentences: pl.DataFrame, taxonomy: Taxonomy) -> pl.DataFrame:
    """Return comments, share and sentiment of each theme by month."""
    month = pl.col("said_at").dt.truncate("1mo").dt.date().alias("month")
    totals = comments.group_by(month).agg(pl.len().alias("all"))
    mentions = (
        sentences.explode("themes")
        .drop_nulls("themes")
        .join(comments.select("comment_id", month), on="comment_id", how="left")
    )
    counted = mentions.group_by("month", pl.col("themes").alias("theme")).agg(
        pl.col("comment_id").n_unique().alias("comments"), pl.col("value").sort().mean().alias("sentiment")
    )
    grid = totals.join(pl.DataFrame({"theme": taxonomy.codes}), how="cross")
    joined = grid.join(counted, on=["month", "theme"], how="left").with_columns(pl.col("comments").fill_null(0))
    share = (pl.col("comments") / pl.col("all")).alias("share")
    return (
        joined.with_columns(share)
        .select("month", "theme", "comments", "share", "sentiment")
        .sort("month", "theme")
    )
