"""Rows set down on disk while a load goes on, to be picked up again a bucket at a time."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

import numpy as np
import polars as pl
import pyarrow as pa

from lealtad.lake.loading.background import BackgroundWorker
from lealtad.lake.loading.places import PLACE
from lealtad.lake.object_store.address import Address

if TYPE_CHECKING:
    from collections.abc import Iterator

_STAGING = ".staging"
_BYTES = 256 * 2**20  # of rows that wait in memory before they are set down
_ROWS_PER_PART = 8_192
_MOST_PARTS = 1_024
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@contextmanager
def find_staging_folder(root: Path) -> Iterator[Path]:
    """Give the folder where the rows of a load are set down: in the lake's own, or a temporary one for a store."""
    if not isinstance(root, Address):
        yield root / _STAGING
        return
    with TemporaryDirectory(prefix="lealtad-") as folder:
        yield Path(folder) / _STAGING


class Staging:
    """Rows by place.

    How many buckets there will be is known only when all rows have come. Each file holds the rows in parts by
    the remainder of their place. So only the wanted parts are read, whatever the number of buckets. The
    directory is emptied first: a killed load may have filled it.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._waiting: dict[str, list[pl.DataFrame]] = {}
        self._bytes: dict[str, int] = {}
        self._files: dict[str, list[Path]] = {}
        self._writer = BackgroundWorker()
        self.clear()
        directory.mkdir()

    def __enter__(self) -> Self:
        """Use it in a block that leaves nothing behind."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Remove everything from the disk."""
        self._writer.__exit__(kind)
        self.clear()

    def clear(self) -> None:
        """Remove everything from the disk."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def add(self, name: str, rows: pl.DataFrame) -> None:
        """Set rows down under a name; their column `_place` says where they belong."""
        self._waiting.setdefault(name, []).append(rows)
        self._bytes[name] = self._bytes.get(name, 0) + int(rows.estimated_size())
        if self._bytes[name] > _BYTES:
            self.flush(name)

    def flush(self, name: str) -> None:
        """Write what still waits in memory, while the caller goes on; one file at a time."""
        waiting = self._waiting.pop(name, [])
        self._bytes[name] = 0
        if waiting:
            files = self._files.setdefault(name, [])
            path = self._directory / f"{name}-{len(files):05d}.arrow"
            files.append(path)
            self._writer.start(partial(_write, path, waiting))

    def read(self, name: str, bucket: int, buckets: int) -> pl.DataFrame | None:
        """Return the rows of one bucket, those of one place in the order they came; None if there are none."""
        self.flush(name)
        self._writer.wait()
        parts = [rows for path in self._files.get(name, []) for rows in _read_parts(path, bucket, buckets)]
        if not parts:
            return None
        rows = pl.concat(parts, how="diagonal_relaxed", rechunk=True)
        return None if rows.is_empty() else rows


def _write(path: Path, waiting: list[pl.DataFrame]) -> None:
    rows = pl.concat(waiting, how="diagonal_relaxed", rechunk=True)
    wanted = max(1, min(_MOST_PARTS, rows.height // _ROWS_PER_PART))
    parts = 1 << (wanted.bit_length() - 1)
    part_of = (rows[PLACE] % parts).to_numpy().astype(np.uint16)
    # numbers as small as these are counted rather than compared, which is the quickest way to sort
    table = rows[np.argsort(part_of, kind="stable")].to_arrow()
    sizes = np.bincount(part_of, minlength=parts).tolist()
    start = 0
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema, options=_OPTIONS) as writer:
        for part in range(parts):
            # one record batch per part, an empty one too: its number is the part's
            rows_of_part = table.slice(start, sizes[part]).combine_chunks()
            writer.write_batch(_make_batch(rows_of_part))
            start += rows_of_part.num_rows


def _make_batch(table: pa.Table) -> pa.RecordBatch:
    batches = table.to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def _read_parts(path: Path, bucket: int, buckets: int) -> Iterator[pl.DataFrame]:
    with pa.OSFile(str(path), "rb") as file:
        reader = pa.ipc.open_file(file)
        parts = reader.num_record_batches
        for part in range(bucket % parts, parts, buckets):
            rows = pl.from_arrow(reader.get_batch(part))
            assert isinstance(rows, pl.DataFrame)  # noqa: S101 - what a record batch becomes
            yield rows if parts >= buckets else rows.filter(pl.col(PLACE) % buckets == bucket)
