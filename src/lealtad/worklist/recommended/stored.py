"""The lake's table of recommendations: one row per list and customer, the holdout included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake import replace_aliases, resolve_people
from lealtad.worklist.stored_lists import RECOMMENDATIONS
from lealtad.worklist.stored_lists import SCHEMA as LISTED

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_OF_LISTS = (
    *("list_id", "as_of", "campaign_id", "customer_id", "arm"),
    *("explored", "rank", "action", "owner", "channel"),
)
SCHEMA: dict[str, type[pl.DataType] | pl.DataType] = {
    **{name: LISTED[name] for name in _OF_LISTS},
    "product_id": pl.String,
    "product": pl.String,
    "task": pl.String,
    "probability": pl.Float64,
    "incremental_share": pl.Float64,
    "share_basis": pl.String,
    "share_measured": pl.Float64,
    "expected_gain": pl.Float64,
    # columns that the reason uses
    "times": pl.Int64,
    "days_since": pl.Float64,
    "interval_days": pl.Float64,
    "timing": pl.String,
    "because": pl.String,
    "buyers": pl.Int64,
    "share": pl.Float64,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
    "usual": pl.Float64,
}


def read_recommended(lake: Lake, until: datetime) -> pl.DataFrame:
    """Return the stored product recommendations of all lists up to a night.

    Parameters
    ----------
    until
        The last night that is read.

    Returns
    -------
    One row per list and customer, under the customer's id as known at `until`. Columns: `list_id, as_of,
    campaign_id, customer_id, arm, product_id, product, task, probability, expected_gain` and what the reason
    states. No rows if no list recommended anything.
    """
    if not lake.has(RECOMMENDATIONS):
        return pl.DataFrame(schema=SCHEMA)
    rows = lake.read(RECOMMENDATIONS, columns=list(SCHEMA), where=pl.col("as_of") <= until)
    return replace_aliases(rows, resolve_people(lake.identity_history, until))
