"""Compaction: each bucket of several files becomes one sorted file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.lake.entries import WHOLE
from lealtad.lake.erasing.notes import carry_notes
from lealtad.lake.store import Lake
from lealtad.lake.writing import start_draft

if TYPE_CHECKING:
    from pathlib import Path


def compact(root: Path) -> int:
    """Rewrite every bucket of several files as one file; return the number of these buckets.

    The rows and everything computed from them stay unchanged. One commit covers all tables.
    """
    count = 0
    with start_draft(Lake.open(root)) as draft:
        before = draft.lake
        for name, entry in before.manifest.tables.items():
            for bucket, part in entry.parts.items():
                if part.files > 1:
                    place = None if bucket == WHOLE else bucket
                    draft.replace(name, before.read_stored(name, place), place)
                    count += 1
        carry_notes(draft, before)
    return count
