"""The bucket of a customer. Buckets are the unit of work, of memory and of distribution."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

FACTS_PER_BUCKET = 2_000_000
_POLYNOMIAL = 0xEDB88320
_LONG = 256  # bytes
_ALL_ONES = np.uint32(0xFFFFFFFF)


def count_buckets(facts: int) -> int:
    """Return how many buckets keep one bucket of that many facts within a worker's memory: a power of two.

    Examples
    --------
    >>> count_buckets(150_000), count_buckets(100_000_000)
    (1, 64)
    """
    needed = max(1, -(-facts // FACTS_PER_BUCKET))
    return int(1 << (needed - 1).bit_length())


def is_outgrown(facts: int, buckets: int) -> bool:
    """Return whether that many facts are at least twice what the buckets are sized for."""
    return facts > 2 * buckets * FACTS_PER_BUCKET


def assign_buckets(customer_ids: pl.Series, buckets: int, homes: pl.DataFrame | None = None) -> pl.Series:
    """Return each customer's bucket: the CRC-32 of the home id, modulo the number of buckets.

    CRC-32 is the same on every machine and in every version; the hashes of frame libraries are not.

    Parameters
    ----------
    homes
        `id, home` of the ids that an identity ties to another; all others are their own home.

    Examples
    --------
    >>> assign_buckets(pl.Series(["17", "18", "17"]), 4).to_list()
    [2, 3, 2]
    """
    homes_of = customer_ids
    if homes is not None and not homes.is_empty():
        tied = pl.DataFrame({"id": customer_ids}).join(homes, on="id", how="left", maintain_order="left")
        homes_of = tied.select(pl.coalesce("home", "id")).to_series()
    return pl.Series("bucket", (crc32(homes_of) % buckets).astype(np.int32), dtype=pl.Int32)


def crc32(texts: pl.Series) -> NDArray[np.uint32]:
    """Return the CRC-32 (as zlib computes it) of each text's UTF-8 bytes; no text may be null.

    Examples
    --------
    >>> import zlib
    >>> int(crc32(pl.Series(["17"]))[0]) == zlib.crc32(b"17")
    True
    """
    lengths = texts.str.len_bytes().cast(pl.Int64).to_numpy(writable=True)
    data = np.frombuffer(_join_texts(texts), dtype=np.uint8)
    starts = np.cumsum(lengths) - lengths
    crc = np.full(len(lengths), _ALL_ONES)
    long = np.flatnonzero(lengths > _LONG)
    ends = starts + lengths
    lengths[long] = 0
    longest_first = np.argsort(-lengths, kind="stable")
    # one byte of every text at a time; the longest texts come first
    reaching = np.searchsorted(-lengths[longest_first], -np.arange(lengths.max(initial=0)))
    for position, count in enumerate(reaching):
        rows = longest_first[:count]
        byte = data[starts[rows] + position]
        crc[rows] = _TABLE[(crc[rows] ^ byte) & 0xFF] ^ (crc[rows] >> np.uint32(8))
    crc ^= _ALL_ONES
    for row in long:  # few: vectorised steps for their many bytes would each touch all rows
        crc[row] = zlib.crc32(data[starts[row] : ends[row]].tobytes())
    return crc


def _join_texts(texts: pl.Series) -> bytes:
    return str(texts.str.join("").item()).encode() if texts.len() else b""


def _make_table() -> NDArray[np.uint32]:
    values = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        values = np.where(values & 1, (values >> np.uint32(1)) ^ np.uint32(_POLYNOMIAL), values >> np.uint32(1))
    return values


_TABLE = _make_table()
