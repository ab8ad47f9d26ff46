"""Column chunks read from a store, cached in local files, so that only needed or changed chunks are transferred.

The local copy of a data file has the length of the file, and zeros where nothing was fetched. Checksums show which
chunks it holds, so a half-written or corrupted copy is fetched again; there is no other index.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from lealtad.base.private_files import FILE, make_private_folder, write_private
from lealtad.lake.checksums import MAGIC, LocalBytes, list_wanted, measure_bytes, name_columns, sum_range
from lealtad.lake.object_store import connection
from lealtad.lake.object_store.address import find_lake, find_site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lealtad.lake.checksums import FileSums
    from lealtad.lake.object_store.address import Address

_MAGIC = b"PAR1"
_THINNED = "thinned.json"  # next to the copies: what the lake had removed when they were last checked
_PART = 16 * 2**20  # bytes per request


def locate_copy(address: Address) -> Path:
    """Return where the local copy of a data file, or of a table's files, is."""
    lake = find_lake(address)
    return _find_cache(str(lake), find_site(lake).cache) / Path(*address.parts[len(lake.parts) :])


def fetch_chunks(address: Address, sums: FileSums, columns: Collection[str] | None) -> str | None:
    """Fetch the chunks of some columns, and the bytes around them, into the local copy of a data file.

    Parameters
    ----------
    columns
        Fetch only these columns; None fetches all.

    Returns
    -------
    A description of the damage to the file; None if it is intact.
    """
    copy = locate_copy(address)
    descriptor = _open_copy(copy, sums.size)
    try:
        local = LocalBytes(descriptor)
        if not sums.chunks:
            whole = [(0, sums.size)]
            return _bring(address, descriptor, whole, lambda: sum_range(local, 0, sums.size) == sums.rest)
        os.pwrite(descriptor, _MAGIC, 0)  # the first bytes of every Parquet file
        around = [(sums.chunks_end, sums.size - sums.chunks_end)]
        problem = _bring(address, descriptor, around, lambda: _sum_around(local, sums) == sums.rest)
        if problem is not None:
            return f"{problem} (in its footer)" if problem == "altered" else problem
        wanted = list_wanted(local.read(sums.size - sums.chunks_end, sums.chunks_end), sums, columns)
        lacking = [chunk for chunk in wanted if sum_range(local, chunk.start, chunk.length) != chunk.sum]
        problem = _fetch(address, descriptor, [(chunk.start, chunk.length) for chunk in lacking])
        if problem is not None:
            return problem
        altered = dict.fromkeys(c.column for c in lacking if sum_range(local, c.start, c.length) != c.sum)
        return f"altered ({name_columns(list(altered))})" if altered else None
    finally:
        os.close(descriptor)


def measure_stored(address: Address, bucket: int) -> FileSums:
    """Read a whole data file back from the store, cache it, and compute its checksums."""
    size, _ = connection.measure(address)
    copy = locate_copy(address)
    descriptor = _open_copy(copy, size)
    try:
        _fetch(address, descriptor, [(0, size)])
        return measure_bytes(LocalBytes(descriptor), copy, bucket)
    finally:
        os.close(descriptor)


def drop_copies(root: Address, kept: Iterable[str]) -> None:
    """Delete the local copies of data files that a lake no longer has."""
    folder = locate_copy(root)
    wanted = {folder / path for path in kept}
    for path in folder.rglob("*.parquet"):
        if path not in wanted:
            path.unlink(missing_ok=True)


def forget_thinned(root: Address, thinned: object, kept: Iterable[str]) -> None:
    """Delete, once, the local copies of files that a vacuum or an erasure on another machine removed.

    Parameters
    ----------
    thinned
        The manifest's entry about what was removed.
    kept
        The data files that the lake has.
    """
    folder = locate_copy(root)
    marker, text = folder / _THINNED, json.dumps(thinned, sort_keys=True)
    if folder.is_dir() and (not marker.is_file() or marker.read_text(encoding="utf-8") != text):
        drop_copies(root, kept)
        write_private(marker, text)


class StoredBytes:
    """The current bytes of an object."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.size = connection.measure(address)[0]

    def read(self, length: int, start: int) -> bytes:
        """Return a part of the bytes; fewer at the end."""
        length = min(length, self.size - start)
        return connection.read_ranges(self._address, [(start, length)])[0] if length > 0 else b""


def _bring(address: Address, descriptor: int, ranges: list[tuple[int, int]], is_whole: object) -> str | None:
    if is_whole():  # type: ignore[operator]
        return None
    problem = _fetch(address, descriptor, ranges)
    if problem is not None:
        return problem
    return None if is_whole() else "altered"  # type: ignore[operator]


def _fetch(address: Address, descriptor: int, ranges: Sequence[tuple[int, int]]) -> str | None:
    """Write parts of an object into its local copy; return what is wrong if the object lacks them."""
    parts = [
        (at, min(_PART, start + length - at))
        for start, length in ranges
        for at in range(start, start + length, _PART)
    ]
    group: list[tuple[int, int]] = []
    try:
        for part in parts:
            if group and sum(length for _, length in group) + part[1] > _PART:
                _write_parts(address, descriptor, group)
                group = []
            group.append(part)
        _write_parts(address, descriptor, group)
    except FileNotFoundError:
        return "missing"
    return None


def _write_parts(address: Address, descriptor: int, parts: list[tuple[int, int]]) -> None:
    for (start, _), data in zip(parts, connection.read_ranges(address, parts), strict=True):
        os.pwrite(descriptor, data, start)


def _sum_around(local: LocalBytes, sums: FileSums) -> int:
    return sum_range(local, sums.chunks_end, sums.size - sums.chunks_end, sum_range(local, 0, MAGIC))


def _open_copy(copy: Path, size: int) -> int:
    make_private_folder(copy.parent)
    descriptor = os.open(copy, os.O_RDWR | os.O_CREAT, FILE)
    if os.fstat(descriptor).st_size != size:
        os.ftruncate(descriptor, size)
    return descriptor


@lru_cache(64)
def _find_cache(lake: str, folder: str | None) -> Path:
    name = sha256(lake.encode()).hexdigest()[:16]
    if folder is not None and Path(folder).parent.is_dir():
        return Path(folder)
    return _make_temporary() / name


@lru_cache(1)
def _make_temporary() -> Path:
    folder = mkdtemp(prefix="lealtad-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
