"""Who was assigned to what by campaigns, and who of them was drawn by lot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.lake import Lake

_KEY = ["customer_id", "campaign_id", "assigned_at"]


def read_assignments(lake: Lake) -> pl.DataFrame:
    """Return the interventions of a lake as known now, with `explored`: whether the customer was drawn by lot.

    Our own lists say that of theirs, also where a system of the company reports the assignment back without it.
    """
    assignments = lake.read("interventions")
    marked = (
        pl.col("explored").fill_null(value=False) if "explored" in assignments.columns else pl.lit(value=False)
    )
    assignments = assignments.with_columns(marked.alias("explored"))
    if not lake.has("lists") or "explored" not in lake.columns("lists"):
        return assignments
    drawn = lake.read("lists", columns=["customer_id", "campaign_id", "as_of"], where=pl.col("explored"))
    by_lot = drawn.rename({"as_of": "assigned_at"}).unique(_KEY).with_columns(by_lot=True)
    joined = assignments.join(by_lot, on=_KEY, how="left", maintain_order="left")
    return joined.with_columns(pl.col("explored") | pl.col("by_lot").fill_null(value=False)).drop("by_lot")
