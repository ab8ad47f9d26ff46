"""Merge the few rows whose keys occur in several buckets, all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake.loading.intake import ORIGIN, ROW
from lealtad.lake.loading.merging import merge_rows
from lealtad.lake.loading.places import PLACE
from lealtad.lake.loading.straddling_keys import HASH, hash_keys
from lealtad.lake.loading.versions import add_null_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from lealtad.lake import Draft
    from lealtad.lake.loading.intake import Intake
    from lealtad.lake.loading.merging import LoadContext
    from lealtad.lake.loading.versions import MergedVersions
    from lealtad.sources.contract import Table


def merge_straddling_keys(
    site: LoadContext, taken: Intake, apart: pl.DataFrame, customer_ids: Callable[[int], pl.Series]
) -> None:
    """Merge the staged rows of keys that occur in several buckets into the draft.

    Parameters
    ----------
    apart
        The keys: `_hash`, and the `places` of each.
    customer_ids
        Reads the customers of a bucket, and their aliases.
    """
    table, lake = taken.table, site.before
    buckets = (apart["places"].explode().unique() % len(lake.buckets)).unique().sort().to_list()
    staged = [
        rows
        for bucket in buckets
        if (rows := site.staging.read(table.name, bucket, len(lake.buckets))) is not None
    ]
    rows = pl.concat([_select_keys(table, part, apart) for part in staged], how="diagonal_relaxed").sort(
        ORIGIN, ROW
    )
    stored = None
    if lake.has(table.name):
        parts = (lake.history(table.name, bucket) for bucket in buckets)
        stored = pl.concat([_select_same_subject(table, part, rows) for part in parts], how="diagonal_relaxed")
    beside = [_select_same_subject(table, _select_keys(table, part, apart, others=True), rows) for part in staged]
    if stored is not None:
        beside.append(stored.filter(pl.col("superseded_at").is_null()))
    merged, rejected = merge_rows(
        taken,
        rows,
        stored,
        site.loaded_at,
        customer_ids=pl.concat([customer_ids(bucket) for bucket in buckets]),
        beside=pl.concat(beside, how="diagonal_relaxed"),
    )
    site.outcome.note(table.name, merged, rejected)
    _write(site.draft, table, merged)


def _select_keys(table: Table, rows: pl.DataFrame, apart: pl.DataFrame, *, others: bool = False) -> pl.DataFrame:
    among = hash_keys(table, rows).is_in(apart[HASH].implode())
    return rows.filter(~among if others else among)


def _select_same_subject(table: Table, rows: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    """Keep the rows of the tickets, subscriptions or other objects that some rows belong to."""
    return rows.drop(PLACE, strict=False).join(like.select(table.key[0]).unique(), on=table.key[0], how="semi")


def _write(draft: Draft, table: Table, merged: MergedVersions) -> None:
    """Write the result of the merge, each row into the bucket of its customer."""
    key = [column for column in table.key if column in merged.touched.columns]
    touched = merged.touched.select(key).unique()
    fresh = add_null_columns(merged.fresh, key).join(touched, on=key, how="anti", nulls_equal=True)
    homes = draft.lake.bucket_of(merged.touched["customer_id"])
    for bucket in homes.unique().sort():
        before = draft.lake.history(table.name, bucket)
        unchanged = before.join(touched, on=key, how="anti", nulls_equal=True)
        of_bucket = merged.touched.filter(homes == bucket)
        draft.replace(table.name, pl.concat([unchanged, of_bucket], how="diagonal_relaxed"), bucket)
    if not fresh.is_empty():
        draft.append(table.name, fresh)
