"""Segment and other attributes of customers, as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.grouping import select_attributes
from lealtad.sources.contract.tables import CUSTOMERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.lake import Lake


def describe_customers(customers: pl.DataFrame, as_of: datetime, names: Sequence[str]) -> pl.DataFrame:
    """Return `customer_id` and attributes, one row per customer: the last version valid and known at a date.

    Parameters
    ----------
    customers
        The contract's `customers`, one row per customer and version.
    names
        The requested attributes; one that the company lacks is null.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> people = pl.DataFrame({"customer_id": ["a"], "segment": ["gold"]})
    >>> describe_customers(people, datetime(2026, 1, 1, tzinfo=UTC), ["segment", "country"]).row(0)
    ('a', 'gold', None)
    """
    now = select_attributes(customers, as_of)
    columns = {name: CUSTOMERS.column(name) for name in names if name not in now.columns}
    absent = [
        pl.lit(None, pl.String if column is None else column.kind.dtype).alias(name)
        for name, column in columns.items()
    ]
    return now.with_columns(absent).select("customer_id", *names)


def find_segments(lake: Lake, rows: pl.DataFrame) -> pl.Series:
    """Return the segment of each row's customer at the row's date; null if it is not stated.

    Parameters
    ----------
    rows
        `customer_id, as_of`, in any order, which is kept.
    """
    keys = ["customer_id", "as_of"]
    parts = [
        describe_customers(lake.read("customers", as_of=as_of), as_of, ["segment"])
        .unique("customer_id", keep="last", maintain_order=True)
        .with_columns(pl.col("segment").cast(pl.String), pl.lit(as_of, rows.schema["as_of"]).alias("as_of"))
        for as_of in rows["as_of"].unique().sort()
    ]
    return rows.select(keys).join(pl.concat(parts), on=keys, how="left", maintain_order="left")["segment"]
