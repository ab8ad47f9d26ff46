"""The ids whose facts are accepted: customers, and aliases of a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.lake import Draft


def list_customer_ids(draft: Draft, homes: pl.DataFrame, bucket: int) -> pl.Series:
    """Return all ids of the customers of one bucket: their own, and those that identities link to them.

    Parameters
    ----------
    homes
        `id, home` of the ids that identities link.
    """
    lake = draft.lake
    if not lake.has("customers"):
        return pl.Series("id", [], dtype=pl.String)
    own = lake.history("customers", bucket, columns=["customer_id"])["customer_id"].unique().alias("id")
    tied = homes.filter(pl.col("home").is_in(homes.filter(pl.col("id").is_in(own.implode()))["home"].implode()))
    return pl.concat([own, tied["id"]]).unique()
