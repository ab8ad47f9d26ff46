"""The place of a row during a load: a number whose remainder by the number of buckets is its bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.lake.buckets import assign_buckets

if TYPE_CHECKING:
    import polars as pl

PLACE = "_place"
PLACES = 65_536


def assign_places(customer_ids: pl.Series, homes: pl.DataFrame) -> pl.Series:
    """Return the place of each row, that of its customer's home; a row without a customer may have any.

    Parameters
    ----------
    homes
        `id, home` of the ids that identities tie together.
    """
    return assign_buckets(customer_ids.fill_null(""), PLACES, homes).alias(PLACE)
