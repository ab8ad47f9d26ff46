"""What the manifest says of the rows that a table holds in one bucket."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract import TABLES
from lealtad.lake.content import fingerprint
from lealtad.lake.manifest import Part

if TYPE_CHECKING:
    from datetime import datetime

_FACTS = {table.name: table.key for table in TABLES if table.event_time}


def part_of(name: str, rows: pl.DataFrame) -> Part:
    """Describe rows that stand in one sorted file."""
    newest = newest_fact(name, rows)
    return Part(rows.height, fingerprint(rows), newest.isoformat() if newest else None)


def together(before: Part, more: Part) -> Part:
    """Describe a part to which a file more was added."""
    newest = max((part.newest for part in (before, more) if part.newest), default=None)
    content = sha256(f"{before.content} {more.content}".encode()).hexdigest()[: len(more.content)]
    return Part(before.rows + more.rows, content, newest, before.files + more.files)


def newest_fact(name: str, rows: pl.DataFrame) -> datetime | None:
    """Return when the newest fact among the rows was known; None for tables that hold no facts.

    A correction is known when it was loaded, be that years after the fact. It says nothing of how far the data
    reach, so only the first version of each key counts.
    """
    if name not in _FACTS or "known_at" not in rows.columns:
        return None
    corrected = "superseded_at" in rows.columns and rows["superseded_at"].null_count() < rows.height
    first = rows.group_by(_FACTS[name]).agg(pl.col("known_at").min()) if corrected else rows
    return first["known_at"].max()  # type: ignore[return-value]  # known_at is an instant
