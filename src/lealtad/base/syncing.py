"""Files that outlive a power loss: what a commit rests on is on the disk before the commit is."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def sync_files(paths: Iterable[Path]) -> None:
    """Wait until files and the folders that name them are on the disk.

    Raises
    ------
    OSError
        If one cannot be opened or written.
    """
    folders: dict[Path, None] = {}
    for path in paths:
        sync(path)
        folders[path.parent] = None
    for folder in folders:
        sync(folder)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_synced(path: Path, text: str) -> None:
    """Make this the text of a file, at once and wholly, and wait until it is on the disk."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync(path.parent)


@contextmanager
def make_beside(path: Path) -> Iterator[Path]:
    """Give a temporary path for a file; it is moved into place, once it is on the disk."""
    beside = path.with_name(f".{path.stem}.new{path.suffix}")
    try:
        yield beside
        sync(beside)
        beside.replace(path)
        sync(path.parent)
    finally:
        beside.unlink(missing_ok=True)
