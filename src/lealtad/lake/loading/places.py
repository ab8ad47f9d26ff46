"""The place of a row during a load: a number that gives the bucket modulo the number of buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.lake.buckets import assign_buckets

if TYPE_CHECKING:
    import polars as pl

PLACE = "_place"
PLACES = 65_536


def assign_places(customer_ids: pl.Series, homes: pl.DataFrame) -> pl.Series:
    """Return the place of each row, given by its customer's home; a row without a customer may have any place.

    Parameters
    ----------
    homes
        `id, home` of the ids that identities link.
    """
    return assign_buckets(customer_ids.fill_null(""), PLACES, homes).alias(PLACE)
