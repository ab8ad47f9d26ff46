"""The manifest's description of a table's rows in one bucket."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake.content import fingerprint
from lealtad.lake.entries import Part
from lealtad.sources.contract import STORED

if TYPE_CHECKING:
    from datetime import datetime

FACTS = {table.name: table for table in STORED if table.event_time}


def describe_part(name: str, rows: pl.DataFrame) -> Part:
    """Describe rows of one sorted file."""
    newest = find_newest_fact(name, rows)
    return Part(rows.height, fingerprint(rows), newest.isoformat() if newest else None)


def combine_parts(before: Part, more: Part) -> Part:
    """Describe a part after one more file was added."""
    newest = max((part.newest for part in (before, more) if part.newest), default=None)
    content = sha256(f"{before.content} {more.content}".encode()).hexdigest()[: len(more.content)]
    return Part(before.rows + more.rows, content, newest, before.files + more.files)


def find_newest_fact(name: str, rows: pl.DataFrame, by: datetime | None = None) -> datetime | None:
    """Return when the newest fact among the rows was known; None for tables without facts.

    With `by`, only facts count that had happened and were known at that instant. A contract event recorded before
    it happens is planned: it proves that the data reach to its recording, and no further.

    A correction does not extend the data: without a clock of its own it is known from its load, perhaps years
    after the fact. So only the first version of each key counts, from when the company's systems stored it.
    """
    table = FACTS.get(name)
    if table is None or table.event_time not in rows.columns:
        return None
    if "superseded_at" in rows.columns and rows["superseded_at"].null_count() < rows.height:
        key = [name for name in table.key if name in rows.columns]
        rows = rows.sort("known_at").unique(key, keep="first", maintain_order=True)
    clocks = [clock for clock in ("recorded_at", table.event_time) if clock in rows.columns]
    reached = pl.coalesce(clocks) if table.is_planned else pl.max_horizontal(clocks)
    happened = reached if by is None else reached.filter(reached <= by)
    return rows.select(happened.max()).item()  # type: ignore[no-any-return]  # an instant
