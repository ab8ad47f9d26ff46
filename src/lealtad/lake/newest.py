"""The newest fact of a table that had happened by the load."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lealtad.lake.entries import WHOLE
from lealtad.lake.parts import FACTS, find_newest_fact

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from lealtad.lake.entries import Part
    from lealtad.lake.manifest import Manifest

    # reads columns of a table, of one bucket or of all
    ReadBucket = Callable[[int | None, list[str]], pl.DataFrame]


def find_newest(manifest: Manifest, name: str, read: ReadBucket) -> datetime | None:
    """Return when the newest fact of a table that had happened by the load was known; None if there is none.

    Parameters
    ----------
    read
        Reads every version of a bucket's rows; called for parts whose newest fact is later than the load.
    """
    parts = manifest.tables[name].parts.items()
    clocks = [_find_newest_in_part(manifest, name, bucket, part, read) for bucket, part in parts]
    return max((clock for clock in clocks if clock is not None), default=None)


def _find_newest_in_part(
    manifest: Manifest, name: str, bucket: int, part: Part, read: ReadBucket
) -> datetime | None:
    newest = datetime.fromisoformat(part.newest) if part.newest else None
    ahead = newest is not None and manifest.loaded_at is not None and newest > manifest.loaded_at
    if manifest.measured and not ahead:
        return newest
    if name not in FACTS:
        return None
    table = FACTS[name]
    rows = read(None if bucket == WHOLE else bucket, [*table.key, str(table.event_time), "recorded_at"])
    return find_newest_fact(name, rows, manifest.loaded_at)
