"""Rows staged on disk during a load, to be read back one bucket at a time."""

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

from lealtad.lake.loading.background_writer import BackgroundWorker
from lealtad.lake.loading.places import PLACE
from lealtad.lake.object_store.address import Address

if TYPE_CHECKING:
    from collections.abc import Iterator

_STAGING = ".staging"
_BYTES = 256 * 2**20  # of rows that wait in memory before they are written
_ROWS_PER_PART = 8_192
_MOST_PARTS = 1_024
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


@contextmanager
def find_staging_folder(root: Path) -> Iterator[Path]:
    """Provide the folder where a load stages its rows: in the lake's folder, or a temporary one for a store."""
    if not isinstance(root, Address):
        yield root / _STAGING
        return
    with TemporaryDirectory(prefix="lealtad-") as folder:
        yield Path(folder) / _STAGING


class Staging:
    """Staged rows by place.

    The number of buckets is known only when all rows have arrived. Each file holds the rows in parts, by the
    remainder of their place. So only the parts of a bucket are read, whatever the number of buckets. The directory
    is emptied first, because it may contain files of a killed load.
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
        """Enter a block that removes all files at its end."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Remove all files."""
        self._writer.__exit__(kind)
        self.clear()

    def clear(self) -> None:
        """Remove all files."""
        shutil.rmtree(self._directory, ignore_errors=True)

    def add(self, name: str, rows: pl.DataFrame) -> None:
        """Stage rows under a name; their column `_place` decides the bucket."""
        self._waiting.setdefault(name, []).append(rows)
        self._bytes[name] = self._bytes.get(name, 0) + int(rows.estimated_size())
        if self._bytes[name] > _BYTES:
            self.flush(name)

    def flush(self, name: str) -> None:
        """Write the rows that wait in memory in the background, one file at a time."""
        waiting = self._waiting.pop(name, [])
        self._bytes[name] = 0
        if waiting:
            files = self._files.setdefault(name, [])
            path = self._directory / f"{name}-{len(files):05d}.arrow"
            files.append(path)
            self._writer.start(partial(_write, path, waiting))

    def read(self, name: str, bucket: int, buckets: int) -> pl.DataFrame | None:
        """Return the rows of one bucket; rows of one place keep their order. None if there are none."""
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
    # small numbers are sorted by counting, which is the fastest way
    table = rows[np.argsort(part_of, kind="stable")].to_arrow()
    sizes = np.bincount(part_of, minlength=parts).tolist()
    start = 0
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema, options=_OPTIONS) as writer:
        for part in range(parts):
            # one record batch per part, even if empty: the number of the batch is that of the part
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
