"""The sample of customers to recompute: reproducible, with whole customers under all their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import polars as pl

from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from lealtad.lake import Lake


def sample_customers(lake: Lake, customers: int) -> dict[str, pl.DataFrame]:
    """Return the history of some customers, table by table, under the original ids.

    Customers are taken bucket by bucket until there are enough, in the order of a hash of their id. So the same
    lake gives the same sample. Ids that are ever linked as one person are taken together.

    Returns
    -------
    Frames by table name, including `identities` if the lake has any.
    """
    names = [table.name for table in TABLES if lake.has(table.name)]
    links = lake.identity_history
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in names}
    wanted = customers
    for bucket in lake.buckets:
        rows = {name: lake.history(name, bucket) for name in names}
        people = pl.concat([frame["customer_id"] for frame in rows.values()]).unique()
        chosen = _add_aliases(_take_first(people, wanted), links)
        for name, frame in rows.items():
            parts[name].append(frame.filter(pl.col("customer_id").is_in(chosen.implode())))
        wanted -= min(wanted, len(people))
        if not wanted:
            break
    tables = {name: pl.concat(frames, how="diagonal_relaxed") for name, frames in parts.items()}
    everyone = pl.concat([frame["customer_id"] for frame in tables.values()]).unique()
    own = links.filter(pl.col("alias").is_in(everyone.implode()) | pl.col("customer_id").is_in(everyone.implode()))
    return {**tables, "identities": own} if own.height else tables


def _take_first(people: pl.Series, wanted: int) -> pl.Series:
    order = pl.Series([crc32(f"leakcheck:{customer}".encode()) for customer in people], dtype=pl.UInt32)
    return people.gather(
        pl.DataFrame({"order": order, "id": people}).with_row_index().sort("order", "id")["index"]
    ).head(wanted)


def _add_aliases(chosen: pl.Series, links: pl.DataFrame) -> pl.Series:
    """Add every id that a chain of links joins to a chosen one."""
    members = chosen
    while True:
        touched = links.filter(
            pl.col("alias").is_in(members.implode()) | pl.col("customer_id").is_in(members.implode())
        )
        grown = pl.concat([members, touched["alias"], touched["customer_id"]]).unique()
        if len(grown) == len(members):
            return grown
        members = grown
