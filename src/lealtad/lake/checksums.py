"""Checksums of data files: one for each column chunk, and one for all bytes outside the chunks.

A reader of two columns checks two chunks, so that corrupted bytes are never read as data.
"""

from __future__ import annotations

import base64
import os
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zlib import crc32

from lealtad.lake.object_store.address import Address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

MAGIC = 4  # bytes before the first chunk
_BLOCK = 16 * 2**20
_FOOTERS = 512  # cached layouts


@dataclass(frozen=True)
class FileSums:
    """A data file as it was written.

    Attributes
    ----------
    bucket
        The bucket of its rows; `WHOLE` where the table is not stored by bucket.
    size
        Bytes.
    chunks_end
        Where the column chunks end and the footer begins; `size` if the file has one checksum as a whole.
    rest
        CRC-32 of all bytes outside of the chunks.
    chunks
        CRC-32 of each column chunk, in their order in the file.
    """

    bucket: int
    size: int
    chunks_end: int
    rest: int
    chunks: tuple[int, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON types: the chunks' numbers as base64 of four bytes each, little-endian."""
        chunks = array("I", self.chunks)
        return {
            "bucket": self.bucket,
            "size": self.size,
            "chunks_end": self.chunks_end,
            "rest": self.rest,
            "chunks": base64.b64encode(b"".join(number.to_bytes(4, "little") for number in chunks)).decode(),
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> FileSums:
        """Return what `to_plain` wrote.

        Raises
        ------
        KeyError, ValueError
            If it is something else.
        """
        data = base64.b64decode(plain["chunks"], validate=True)
        chunks = tuple(int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4))
        return cls(plain["bucket"], plain["size"], plain["chunks_end"], plain["rest"], chunks)


class Bytes(Protocol):
    """The bytes of a data file, on a disk or in a store."""

    size: int

    def read(self, length: int, start: int) -> bytes:
        """Return a part of the bytes; fewer at the end."""


class LocalBytes:
    """The bytes of an open file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def read(self, length: int, start: int) -> bytes:
        """Return a part of the bytes; fewer at the end."""
        return os.pread(self._descriptor, length, start)


class Chunk(NamedTuple):
    """A column chunk: its place in the file, its column and its checksum."""

    start: int
    length: int
    column: str
    sum: int


def measure_file(path: Path, bucket: int) -> FileSums:
    """Compute the checksums of a data file; no more than a chunk is in memory.

    Raises
    ------
    OSError
        If it cannot be read, or is no Parquet file.
    """
    if isinstance(path, Address):
        from lealtad.lake.object_store.chunks import measure_stored

        return measure_stored(path, bucket)
    with path.open("rb") as file:
        return measure_bytes(LocalBytes(file.fileno()), path, bucket)


def measure_bytes(data: Bytes, path: Path, bucket: int) -> FileSums:
    """Compute the checksums of the bytes of a data file; its footer is read from a local path."""
    import pyarrow.parquet as pq

    size = data.size
    chunks = sorted(_list_chunks(pq.read_metadata(path)))
    ends = [MAGIC, *(start + length for start, length, _ in chunks)]
    if any(end != start for end, (start, _, _) in zip(ends, chunks, strict=False)):
        # nothing that we write has gaps; another writer's file is checked as one
        return FileSums(bucket, size, size, sum_range(data, 0, size), ())
    numbers = tuple(sum_range(data, start, length) for start, length, _ in chunks)
    rest = sum_range(data, ends[-1], size - ends[-1], sum_range(data, 0, MAGIC))
    return FileSums(bucket, size, ends[-1], rest, numbers)


def find_damage(path: Path, sums: FileSums, columns: Collection[str] | None = None) -> str | None:
    """Say what of a data file is no longer as it was written; None if nothing is.

    Parameters
    ----------
    columns
        Check only these columns and the footer; None checks every byte.
    """
    try:
        if isinstance(path, Address):
            from lealtad.lake.object_store.chunks import StoredBytes

            return _compare(StoredBytes(path), sums, columns)
        with path.open("rb") as file:
            return _compare(LocalBytes(file.fileno()), sums, columns)
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"unreadable ({error.strerror or error})"


def _compare(data: Bytes, sums: FileSums, columns: Collection[str] | None) -> str | None:
    if data.size != sums.size:
        return f"altered ({data.size:,} bytes instead of {sums.size:,})"
    if not sums.chunks:
        return None if sum_range(data, 0, sums.size) == sums.rest else "altered"
    footer = data.read(sums.size - sums.chunks_end, sums.chunks_end)
    if crc32(footer, sum_range(data, 0, MAGIC)) != sums.rest:
        return "altered (in its footer)"
    altered = dict.fromkeys(
        chunk.column
        for chunk in list_wanted(footer, sums, columns)
        if sum_range(data, chunk.start, chunk.length) != chunk.sum
    )
    return f"altered ({name_columns(list(altered))})" if altered else None


def list_wanted(footer: bytes, sums: FileSums, columns: Collection[str] | None) -> list[Chunk]:
    """Return the chunks of some columns of a data file, in their order; None returns all.

    Parameters
    ----------
    footer
        The bytes behind the chunks.
    """
    chunks = zip(_read_layout(footer), sums.chunks, strict=True)
    return [Chunk(*place, number) for place, number in chunks if columns is None or place[2] in columns]


@lru_cache(_FOOTERS)
def _read_layout(footer: bytes) -> tuple[tuple[int, int, str], ...]:
    """Return start, length and column of each chunk, in their order in the file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return tuple(sorted(_list_chunks(pq.read_metadata(pa.BufferReader(footer)))))


def _list_chunks(metadata: Any) -> Iterator[tuple[int, int, str]]:
    names = _name_leaves(metadata)
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for leaf in range(metadata.num_columns):
            chunk = row_group.column(leaf)
            # a chunk begins with its dictionary, if it has one
            start = chunk.dictionary_page_offset or chunk.data_page_offset
            yield min(start, chunk.data_page_offset), chunk.total_compressed_size, names[leaf]


def _name_leaves(metadata: Any) -> list[str]:
    """Return the column of each leaf; a list or a struct has leaves of its own."""
    paths = [metadata.schema.column(leaf).path for leaf in range(metadata.num_columns)]
    columns = metadata.schema.to_arrow_schema().names
    if paths == columns:
        return paths
    names = set(columns)
    return [path if path in names else next(c for c in columns if path.startswith(f"{c}.")) for path in paths]


def sum_range(data: Bytes, start: int, length: int, number: int = 0) -> int:
    """Return the CRC-32 of a part of a data file, continued from a number."""
    end = start + length
    while start < end:
        block = data.read(min(_BLOCK, end - start), start)
        if not block:
            break
        number = crc32(block, number)
        start += len(block)
    return number


def name_columns(columns: list[str]) -> str:
    """Name up to five columns in words."""
    shown = ", ".join(columns[:5])
    return f"column{'s' if len(columns) > 1 else ''} {shown}{' and others' if len(columns) > 5 else ''}"  # noqa: PLR2004 - shown above
