"""Checksums of data files: a number for each column chunk, and one for what stands around the chunks.

A reader of two columns checks two: bits that rot on a disk must not become other values in silence.
"""

from __future__ import annotations

import base64
import os
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_MAGIC = 4  # bytes before the first chunk
_BLOCK = 16 * 2**20
_FOOTERS = 512  # whose layout is remembered


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
        Where the column chunks end and the footer begins; `size` where the file is checked as one.
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
        """Return it as JSON can say it: the chunks' numbers as base64 of four bytes each, the low one first."""
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


def measure_file(path: Path, bucket: int) -> FileSums:
    """Compute the checksums of a data file; no more than a chunk is in memory.

    Raises
    ------
    OSError
        If it cannot be read, or is no Parquet file.
    """
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        chunks = sorted(_list_chunks(pq.read_metadata(path)))
        ends = [_MAGIC, *(start + length for start, length, _ in chunks)]
        if any(end != start for end, (start, _, _) in zip(ends, chunks, strict=False)):
            # nothing that we write has gaps; another writer's file is checked as one
            return FileSums(bucket, size, size, _sum_range(file.fileno(), 0, size), ())
        numbers = tuple(_sum_range(file.fileno(), start, length) for start, length, _ in chunks)
        rest = _sum_range(file.fileno(), ends[-1], size - ends[-1], _sum_range(file.fileno(), 0, _MAGIC))
        return FileSums(bucket, size, ends[-1], rest, numbers)


def find_damage(path: Path, sums: FileSums, columns: Collection[str] | None = None) -> str | None:
    """Say what of a data file is no longer as it was written; None if nothing is.

    Parameters
    ----------
    columns
        Check only these columns and the footer; None checks every byte.
    """
    try:
        with path.open("rb") as file:
            return _compare(file.fileno(), sums, columns)
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"unreadable ({error.strerror or error})"


def _compare(file: int, sums: FileSums, columns: Collection[str] | None) -> str | None:
    size = os.fstat(file).st_size
    if size != sums.size:
        return f"altered ({size:,} bytes instead of {sums.size:,})"
    if not sums.chunks:
        return None if _sum_range(file, 0, size) == sums.rest else "altered"
    footer = os.pread(file, size - sums.chunks_end, sums.chunks_end)
    if crc32(footer, _sum_range(file, 0, _MAGIC)) != sums.rest:
        return "altered (in its footer)"
    altered = dict.fromkeys(
        column
        for (start, length, column), number in zip(_read_layout(footer), sums.chunks, strict=True)
        if (columns is None or column in columns) and _sum_range(file, start, length) != number
    )
    return f"altered ({_name_columns(list(altered))})" if altered else None


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


def _sum_range(file: int, start: int, length: int, number: int = 0) -> int:
    end = start + length
    while start < end:
        block = os.pread(file, min(_BLOCK, end - start), start)
        if not block:
            break
        number = crc32(block, number)
        start += len(block)
    return number


def _name_columns(columns: list[str]) -> str:
    shown = ", ".join(columns[:5])
    return f"column{'s' if len(columns) > 1 else ''} {shown}{' and others' if len(columns) > 5 else ''}"  # noqa: PLR2004 - shown above
