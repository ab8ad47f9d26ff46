"""The persons who are erased: a customer with all ids that identities in force lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake.identities import find_homes

if TYPE_CHECKING:
    from collections.abc import Collection

    from lealtad.lake.store import Lake


def find_people(lake: Lake, ids: Collection[str]) -> list[str]:
    """Return the ids with every other id of the same persons, sorted; ids that the lake lacks stay.

    A merge that was taken back no longer links ids.
    """
    homes = find_homes(lake.identities.select("alias", "customer_id"))
    own_homes = homes.filter(pl.col("id").is_in(sorted(ids)))["home"].unique()
    return sorted({*ids, *homes.filter(pl.col("home").is_in(own_homes.implode()))["id"]})


def find_unknown(lake: Lake, ids: Collection[str]) -> list[str]:
    """Return the ids that have no row in any table of the lake, sorted."""
    present: set[str] = set()
    wanted = sorted(ids)
    buckets = lake.bucket_of(pl.Series(wanted, dtype=pl.String)).unique().sort().to_list()
    for name in lake.versions:
        if "customer_id" in lake.columns(name):
            places = buckets if lake.is_bucketed(name) else [None]
            for bucket in places:
                is_wanted = pl.col("customer_id").is_in(wanted)
                present |= set(lake.history(name, bucket, columns=["customer_id"], where=is_wanted)["customer_id"])
    present |= set(lake.identity_history["alias"]) & set(wanted)
    return [each for each in wanted if each not in present]
