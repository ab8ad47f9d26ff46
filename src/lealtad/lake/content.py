"""Fingerprints of a frame's content: SHA-256 for evidence, and a quick one to find what the lake already holds."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_ROWS_AT_A_TIME = 100_000


def hash_content(frame: pl.DataFrame) -> str:
    """Return the SHA-256 of a frame's columns and rows, in order.

    The rows are hashed as CSV text, which does not depend on a library's memory layout.

    Examples
    --------
    >>> import polars as pl
    >>> hash_content(pl.DataFrame({"a": [1, 2]})) == hash_content(pl.DataFrame({"a": [1, 3]}))
    False
    """
    digest = hashlib.sha256(repr(list(frame.schema.items())).encode())
    for rows in frame.iter_slices(_ROWS_AT_A_TIME):
        digest.update(rows.write_csv(include_header=False).encode())
    return digest.hexdigest()


def fingerprint(frame: pl.DataFrame) -> str:
    """Return a quick fingerprint of the frame's columns and rows, in their order.

    It uses Polars' hash of a row, which another version of Polars may compute differently. Equal fingerprints
    mean equal content; different ones mean that it may differ.
    """
    digest = hashlib.sha256(repr(list(frame.schema.items())).encode())
    if frame.width:
        for rows in frame.iter_slices(_ROWS_AT_A_TIME):
            digest.update(rows.hash_rows(seed=0).to_numpy().tobytes())
    return digest.hexdigest()[:32]
