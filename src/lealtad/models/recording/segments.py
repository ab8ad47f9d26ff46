"""The segment of every judged row, as the company described the customer at that date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.grouping import select_attributes

if TYPE_CHECKING:
    from lealtad.lake import Lake


def read_segments(lake: Lake, rows: pl.DataFrame) -> pl.Series:
    """Return the segment of each row of `customer_id, as_of`; "unknown" where the company states none."""
    parts = [
        _read_segments_at(lake, as_of).with_columns(as_of=pl.lit(as_of, rows.schema["as_of"]))
        for as_of in rows["as_of"].unique()
    ]
    keys = rows.select("customer_id", "as_of")
    told = keys.join(pl.concat(parts), on=["customer_id", "as_of"], how="left", maintain_order="left")
    return told["segment"].cast(pl.String).fill_null("unknown")


def _read_segments_at(lake: Lake, as_of: object) -> pl.DataFrame:
    people = select_attributes(lake.read("customers", as_of=as_of), as_of)  # type: ignore[arg-type]
    if "segment" not in people.columns:
        people = people.with_columns(pl.lit(None, pl.String).alias("segment"))
    return people.select("customer_id", "segment").unique("customer_id", keep="last", maintain_order=True)
