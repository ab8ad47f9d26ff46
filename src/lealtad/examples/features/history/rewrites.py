"""Facts that change the meaning of earlier ones once they are known: when, so that dates are divided there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from collections.abc import Mapping

_CHANGES = pl.Schema({"customer_id": pl.String(), "at": INSTANT})
_KEY = ["customer_id", "ticket_id"]


def find_rewrites(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return `customer_id, at` of all changes of the kind, from tables with both clocks."""
    parts = [pl.DataFrame(schema=_CHANGES)]
    if "ticket_events" in tables:
        parts += _find_merges(tables["ticket_events"])
    if {"surveys", "touchpoints"} <= set(tables):
        parts.append(_find_stages(tables["surveys"], tables["touchpoints"]))
    return pl.concat(parts)


def _find_merges(events: pl.DataFrame) -> list[pl.DataFrame]:
    """When a merged ticket was known to be excluded, merged once more, or merged after it had taken another in.

    Before that it lent its events otherwise; a merge back may even have undone the one before.
    """
    merged = events.filter(pl.col("event") == "merged")
    if merged.is_empty():
        return []
    flag = pl.col("excluded_as").is_not_null() if "excluded_as" in events.columns else pl.lit(value=False)
    excluded = events.filter((pl.col("event") == "deleted") | flag).join(merged, on=_KEY, how="semi")
    again = merged.filter(pl.len().over(_KEY) > 1)
    targets = (
        merged["merged_into"].drop_nulls().unique()
        if "merged_into" in merged.columns
        else pl.Series([], dtype=pl.String)
    )
    onwards = merged.filter(pl.col("ticket_id").is_in(targets.implode()))
    return [rows.select("customer_id", pl.col("known_at").alias("at")) for rows in (excluded, again, onwards)]


def _find_stages(surveys: pl.DataFrame, touchpoints: pl.DataFrame) -> pl.DataFrame:
    """When the touchpoint was known that an answer is about, where the answer was known before."""
    if not {"touchpoint_id", "answered_at"} <= set(surveys.columns):
        return pl.DataFrame(schema=_CHANGES)
    key = ["customer_id", "touchpoint_id"]
    answer_known = pl.max_horizontal("answered_at", "known_at").alias("answer_known")
    answered = surveys.filter(pl.col("answered_at").is_not_null()).select(*key, answer_known).drop_nulls()
    # by their ids alone almost all others are left out, which is quickly seen
    near = touchpoints.filter(pl.col("touchpoint_id").is_in(answered["touchpoint_id"].unique().implode()))
    met = near.select(*key, pl.col("known_at").alias("at")).join(answered, on=key)
    return met.filter(pl.col("at") > pl.col("answer_known")).select("customer_id", "at")
