"""Rows that have got another bucket move there: one bucket in memory at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake.buckets import FACTS_PER_BUCKET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lealtad.lake.draft import Draft


def move_rows(draft: Draft, name: str, buckets: Iterable[int]) -> None:
    """Move the rows of a table that lie in one of these buckets and belong into another."""
    moving: list[pl.DataFrame] = []
    places = draft.lake
    for bucket in buckets:
        rows = draft.lake.read_stored(name, bucket)
        leaving = places.bucket_of(rows["customer_id"]) != bucket
        if leaving.any():
            draft.replace(name, rows.filter(~leaving), bucket)
            moving.append(rows.filter(leaving))
        if sum(part.height for part in moving) > FACTS_PER_BUCKET:
            _append_moved(draft, name, moving)
    _append_moved(draft, name, moving)


def _append_moved(draft: Draft, name: str, moving: list[pl.DataFrame]) -> None:
    if moving:
        draft.append(name, pl.concat(moving, how="diagonal_relaxed"))
        moving.clear()
