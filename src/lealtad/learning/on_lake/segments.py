"""The segment of every judged row, as the company described the customer at that date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.grouping import select_attributes

if TYPE_CHECKING:
    from lealtad.lake import Lake

_INDEX = ["customer_id", "as_of"]


def read_segments(lake: Lake, rows: pl.DataFrame) -> pl.Series:
    """Return the segment of each row of `customer_id, as_of`; null where the company states none."""
    parts = [
        _read_segments_at(lake, as_of).with_columns(as_of=pl.lit(as_of, rows.schema["as_of"]))
        for as_of in rows["as_of"].unique().sort()
    ]
    keyed = rows.select(_INDEX).join(pl.concat(parts), on=_INDEX, how="left", maintain_order="left")
    return keyed["segment"]


def _read_segments_at(lake: Lake, as_of: object) -> pl.DataFrame:
    people = select_attributes(lake.read("customers", as_of=as_of), as_of)  # type: ignore[arg-type]
    if "segment" not in people.columns:
        people = people.with_columns(pl.lit(None, pl.String).alias("segment"))
    return people.select("customer_id", "segment")
