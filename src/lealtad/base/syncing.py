"""Files that survive a power loss: everything that a commit needs is on disk before the commit."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def sync_files(paths: Iterable[Path]) -> None:
    """Wait until files and their folders are on disk.

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
    """Wait until a file, or the entries of a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_synced(path: Path, text: str) -> None:
    """Replace the text of a file atomically, and wait until it is on disk."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync(path.parent)


@contextmanager
def make_beside(path: Path) -> Iterator[Path]:
    """Provide a temporary path for a file, which is moved into place once it is on disk."""
    beside = path.with_name(f".{path.stem}.new{path.suffix}")
    try:
        yield beside
        sync(beside)
        beside.replace(path)
        sync(path.parent)
    finally:
        beside.unlink(missing_ok=True)
