"""Random draws that can be repeated: a keyed hash of the customer, uniform, and secret without the key."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable

_BITS = 53  # as many as a float holds exactly, so that a draw is never rounded up to 1
_LONGEST_KEY = 64  # bytes, of blake2b


def draw_uniform(customers: pl.Series, occasion: str, purpose: str, key: bytes) -> pl.Series:
    """Return by customer a random number in [0, 1), the same whenever it is drawn.

    Parameters
    ----------
    occasion
        What the draw is for, such as a campaign; draws of two occasions are independent.
    purpose
        At most 16 bytes; draws of two purposes are independent too.

    Examples
    --------
    >>> draw_uniform(pl.Series(["a", "b"]), "retention-2026-11", "holdout", b"lealtad").round(3).to_list()
    [0.758, 0.821]
    """
    secret = key if len(key) <= _LONGEST_KEY else hashlib.blake2b(key).digest()
    # the length parts the two, so that no customer of one occasion is hashed like a customer of another
    start = f"{len(occasion.encode())}:{occasion}:".encode()
    state = hashlib.blake2b(start, digest_size=8, key=secret, person=purpose.encode())
    return pl.Series("lot", _hash_customers(customers.cast(pl.String), state), dtype=pl.Float64)


def _hash_customers(customers: Iterable[str], state: hashlib.blake2b) -> list[float]:
    lot = []
    for customer in customers:
        digest = state.copy()
        digest.update(customer.encode())
        lot.append((int.from_bytes(digest.digest(), "big") >> (64 - _BITS)) / 2**_BITS)
    return lot
