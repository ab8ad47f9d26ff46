"""The values of attributes, compared with those that were declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.lake import Lake

_CATEGORIES = ("segment", "country", "language")


def find_unseen_levels(lake: Lake, levels: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """Return values in force that are not declared as levels, one row per attribute and value.

    Parameters
    ----------
    lake
        With `customers`.
    levels
        By column of `customers`, its declared values; a column declared without values is a number and left out.

    Returns
    -------
    `attribute, value, customers` (how many have it).
    """
    declared = {name: values for name, values in levels.items() if values and name in lake.columns("customers")}
    rows = lake.read("customers", columns=["customer_id", *declared])
    unseen = [
        rows.filter(pl.col(name).is_not_null() & ~pl.col(name).cast(pl.String).is_in(values))
        .group_by(pl.col(name).cast(pl.String).alias("value"))
        .agg(pl.col("customer_id").n_unique().cast(pl.Int64).alias("customers"))
        .select(pl.lit(name).alias("attribute"), "value", "customers")
        for name, values in declared.items()
    ]
    schema = {"attribute": pl.String, "value": pl.String, "customers": pl.Int64}
    return pl.concat([pl.DataFrame(schema=schema), *unseen]).sort(
        "attribute", "customers", "value", descending=[False, True, False]
    )


def find_undeclared(lake: Lake, levels: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the attributes of customers without a declaration in `levels`, sorted; their features are off."""
    columns = lake.columns("customers")
    return sorted(name for name in columns - set(levels) if name in _CATEGORIES or name.startswith("attr_"))
