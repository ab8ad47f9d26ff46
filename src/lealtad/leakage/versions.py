"""Attributes of which only today's value is known: what stands in a row of the past was not known then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.features import Feature
    from lealtad.lake import Lake


def unversioned(lake: Lake, catalog: Sequence[Feature]) -> set[str]:
    """Return the columns of attributes, where no customer of the lake has two versions.

    A table with one row per customer says what is so today, whatever date it puts beside it.
    """
    if not lake.has("customers") or _has_versions(lake):
        return set()
    return {column for one in catalog if one.family == "attributes" for column in one.columns}


def _has_versions(lake: Lake) -> bool:
    for bucket in lake.buckets:
        customers = lake.history("customers", bucket, columns=["customer_id", "valid_from", "known_at"])
        if customers.select(pl.col("customer_id").is_duplicated().any()).item():
            return True
    return False
