"""Thinning: rows past their retention period leave the lake, which notes the first complete night."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake.entries import WHOLE
from lealtad.lake.erasing.notes import carry_notes
from lealtad.lake.manifest import PAST, Manifest
from lealtad.lake.object_store.place import locate_lake
from lealtad.lake.store import Lake
from lealtad.lake.timeline import find_end_of_data
from lealtad.lake.writing import start_draft
from lealtad.sources.contract import STORED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from lealtad.lake.draft import Draft

# by derived table, the clock of its rows
DERIVED = {
    "features": "as_of",
    "scores": "as_of",
    "promoters": "as_of",
    "lists": "as_of",
    "promises": "as_of",
    "alternatives": "as_of",
    "recommendations": "as_of",
    "rejected": "loaded_at",
}
CLOCKS = {**{table.name: table.event_time for table in STORED if table.event_time}, **DERIVED}
_DATES = "dates"


def thin(root: Path, days: Mapping[str, float]) -> dict[str, int]:
    """Remove rows that are older than their table is kept; return how many, by table.

    Age is counted back from the end of the data. From then on `check_night` refuses earlier nights.

    Parameters
    ----------
    days
        By table of `CLOCKS`, the days that its rows stay.
    """
    lake = Lake.open(root)
    root = lake.root
    end = find_end_of_data(lake) if any(lake.has(name) for name in days) else None
    if end is None:
        return {}
    firsts = {name: end - timedelta(days=number) for name, number in days.items() if lake.has(name)}
    old = {name: first for name, first in firsts.items() if _has_older(lake, name, first)}
    if not old:
        return {}
    with start_draft(lake):
        _note_nights(root, old)  # before any row is removed: earlier nights are refused even after an interruption
    removed = {}
    with start_draft(Lake.open(root)) as draft:
        before = draft.lake
        for name, first in old.items():
            removed[name] = _thin_table(draft, name, first)
        carry_notes(draft, before)
    return removed


def find_first_night(lake: Lake) -> tuple[str, datetime] | None:
    """Return the table that was thinned most, and the first night for which it is complete; None if none was."""
    from datetime import datetime

    nights = (lake.manifest.thinned or {}).get("nights", {})
    if not nights:
        return None
    name = max(nights, key=nights.__getitem__)
    return name, datetime.fromisoformat(nights[name])


def find_first_commit(root: Path, since: datetime) -> int:
    """Return the number of the oldest commit since a moment; without one, that of the newest commit."""
    root = locate_lake(root)
    numbers = [
        int(path.stem) for path in (root / PAST).glob("*.json") if path.stat().st_mtime >= since.timestamp()
    ]
    return min(numbers, default=Manifest.read(root).number)


def _has_older(lake: Lake, name: str, first: datetime) -> bool:
    clock = CLOCKS[name]
    places = [None] if WHOLE in lake.manifest.tables[name].parts else lake.buckets
    return clock in lake.columns(name) and any(
        not lake.history(name, bucket, columns=[clock], where=pl.col(clock) < first).is_empty()
        for bucket in places
    )


def _thin_table(draft: Draft, name: str, first: datetime) -> int:
    removed = 0
    places = [None] if WHOLE in draft.lake.manifest.tables[name].parts else draft.lake.buckets
    for bucket in places:
        rows = draft.lake.read_stored(name, bucket)
        young = rows.filter((pl.col(CLOCKS[name]) >= first).fill_null(value=True))
        if young.height < rows.height:
            draft.replace(name, young, bucket)
            removed += rows.height - young.height
    notes = draft.lake.notes(name)
    if _DATES in notes:
        dates = [date for date in notes[_DATES].split(",") if date >= f"{first:%Y-%m-%dT%H:%M:%S}"]
        draft.note(name, {**notes, _DATES: ",".join(dates)})
    return removed


def _note_nights(root: Path, firsts: Mapping[str, datetime]) -> None:
    now = Manifest.read(root)
    thinned = now.thinned or {}
    nights = {**thinned.get("nights", {}), **{name: first.isoformat() for name, first in firsts.items()}}
    changed(now, thinned={**thinned, "nights": nights}).write(root)
