"""Whether a customer churned within three months of a comment, by contracts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.drivers.outcomes import list_spells

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

HORIZON_DAYS = 91


def mark_departures(lake: Lake, comments: pl.DataFrame, as_of: datetime) -> pl.Series:
    """Return for each comment whether the customer's last contract ended within 91 days of it.

    Null if the company has no contracts, the customer had none when commenting, or the 91 days are not over.
    """
    nothing = pl.Series("left", [None] * comments.height, dtype=pl.Boolean)
    if not lake.has("subscriptions"):
        return nothing
    spells = list_spells({"subscriptions": lake.read("subscriptions", as_of=as_of)}, as_of)
    if spells is None:
        return nothing
    horizon = timedelta(days=HORIZON_DAYS)
    pairs = comments.select("comment_id", "customer_id", "said_at").join(spells, on="customer_id", how="left")

    def runs(moment: pl.Expr) -> pl.Expr:
        begun = (pl.col("from_at") < moment).fill_null(value=False)
        return begun & (pl.col("until_at").is_null() | (pl.col("until_at") >= moment))

    states = pairs.group_by("comment_id").agg(
        runs(pl.col("said_at")).any().alias("active"), runs(pl.col("said_at") + horizon).any().alias("stays")
    )
    over = pl.col("said_at") + horizon <= as_of
    joined = comments.join(states, on="comment_id", how="left", maintain_order="left")
    return joined.select(pl.when(over & pl.col("active")).then(~pl.col("stays")).alias("left")).to_series()
