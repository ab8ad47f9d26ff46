"""Which bucket a customer lives in: the unit of work, of memory and of distribution."""

from __future__ import annotations

from zlib import crc32

import polars as pl

FACTS_PER_BUCKET = 2_000_000


def bucket_count(facts: int) -> int:
    """Return how many buckets keep one bucket of that many facts within a worker's memory.

    Examples
    --------
    >>> bucket_count(150_000), bucket_count(100_000_000)
    (1, 50)
    """
    return max(1, -(-facts // FACTS_PER_BUCKET))


def buckets_of(customer_ids: pl.Series, buckets: int) -> pl.Series:
    """Return each customer's bucket.

    CRC-32 of the id: the same on every machine and in every version, which the hashes of frame libraries do
    not promise.

    Examples
    --------
    >>> buckets_of(pl.Series(["17", "18", "17"]), 4).to_list()
    [2, 3, 2]
    """
    ids = customer_ids.unique()
    bucket = pl.Series([crc32(one.encode()) % buckets for one in ids], dtype=pl.Int32)
    return customer_ids.replace_strict(ids, bucket, return_dtype=pl.Int32).alias("bucket")
