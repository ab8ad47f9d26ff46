"""A company's own feature that leaks: how its region fared over all of time."""

import polars as pl

from lealtad.examples.features import feature
from lealtad.examples.features.units import SHARE

_REGION = pl.col("customer_id").str.tail(1)
_IS_LAST_ORDER = (pl.col("ordered_at") == pl.col("ordered_at").max().over("customer_id")).cast(pl.Float64)


@feature(source="orders", unit=SHARE, about="region", null="no order yet")
def region_leaving(facts):
    """Share of the region's orders that were their customer's last (share)."""
    return facts.last(_IS_LAST_ORDER.mean().over(_REGION))
