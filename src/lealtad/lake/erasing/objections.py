"""Objections to profiling: customers who get no score and no suggestion, whatever is loaded later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.lake.erasing.people import find_people
from lealtad.lake.store import Lake
from lealtad.lake.writing import start_draft

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from pathlib import Path

OBJECTIONS = "objections"
_SCHEMA = pl.Schema(
    {"customer_id": pl.String(), "objected_at": INSTANT, "because": pl.String(), "lifted_at": INSTANT}
)


def note_objections(root: Path, ids: Collection[str], because: str, moment: datetime) -> list[str]:
    """Note that customers object to profiling, under all their ids; return the ids that are new."""
    with start_draft(Lake.open(root)) as draft:
        lake = draft.lake
        standing = set(read_objections(lake))
        fresh = [each for each in find_people(lake, ids) if each not in standing]
        if fresh:
            rows = {"customer_id": fresh, "objected_at": [moment] * len(fresh), "because": [because] * len(fresh)}
            draft.append(OBJECTIONS, pl.DataFrame({**rows, "lifted_at": [None] * len(fresh)}, schema=_SCHEMA))
    return fresh


def lift_objections(root: Path, ids: Collection[str], moment: datetime) -> int:
    """Note that customers withdrew their objection; return the number of ids."""
    with start_draft(Lake.open(root)) as draft:
        lake = draft.lake
        if not lake.has(OBJECTIONS):
            return 0
        rows = lake.read_stored(OBJECTIONS)
        is_lifted = rows["customer_id"].is_in(find_people(lake, ids)) & rows["lifted_at"].is_null()
        if is_lifted.any():
            now = pl.when(is_lifted).then(pl.lit(moment).cast(INSTANT)).otherwise("lifted_at")
            draft.replace(OBJECTIONS, rows.with_columns(lifted_at=now))
    return int(is_lifted.sum())


def read_objections(lake: Lake) -> pl.Series:
    """Return the ids of all customers who object now, including ids merged with theirs since."""
    if not lake.has(OBJECTIONS):
        return pl.Series("customer_id", [], dtype=pl.String)
    rows = lake.read(OBJECTIONS, where=pl.col("lifted_at").is_null())
    return pl.Series("customer_id", find_people(lake, rows["customer_id"].to_list()), dtype=pl.String)
