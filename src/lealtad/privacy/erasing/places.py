"""The files of a run directory that an erasure cleans; lake and desk are handled separately."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.lake.erasing.suppression import KEY_FILE
from lealtad.privacy.erasing.pending import PENDING
from lealtad.privacy.search.search import list_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECEIPTS = "erasures"
_DATABASE = ("desk.sqlite3", "desk.sqlite3-wal", "desk.sqlite3-shm", "secret_key")


def list_cleaned_files(out: Path) -> Iterator[Path]:
    """Yield the files of a run that are searched and cleaned one by one."""
    return list_files(out, [out / "lake", *(out / "desk" / name for name in _DATABASE), *list_unsearched(out)])


def list_unsearched(out: Path) -> list[Path]:
    """Return the files of the erasure itself, which are not searched: its note, and the key."""
    return [out / PENDING, out / f"{PENDING}.new", out / KEY_FILE]
