"""What an object store supports, tested by writing to it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import uuid4

from lealtad.base.errors import StoreError
from lealtad.lake.object_store.connection import TakenError, delete, find_version, write, write_if

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.lake.object_store.address import Address


@lru_cache(64)
def require_conditions(root: Address) -> None:
    """Refuse a store that ignores conditional writes: two runs could overwrite each other's commit there.

    Raises
    ------
    StoreError
        If it wrote although the condition did not hold.
    """
    with _write_probe(root) as probe:
        for tag in (None, '"another"'):
            try:
                write_if(probe, b"2", tag)
            except TakenError:
                continue
            raise StoreError(
                place=root,
                found="a store that writes although the condition of the write does not hold",
                fix="Keep the lake in a store with conditional writes (If-None-Match, If-Match), or in a folder.",
            )


def keeps_versions(root: Address) -> bool:
    """Return whether the bucket keeps deleted objects as earlier versions, so that deleting erases nothing."""
    with _write_probe(root) as probe:
        return find_version(probe) is not None


@contextmanager
def _write_probe(root: Address) -> Iterator[Address]:
    probe = root / f".probe-{uuid4().hex}"
    write(probe, b"1")
    try:
        yield probe
    finally:
        delete([probe])
