"""Delta tables in a folder or a store: opened, and in a store written one version at a time."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from lealtad.base.errors import BusyError
from lealtad.lake.entries import WHOLE
from lealtad.lake.object_store.address import Address
from lealtad.lake.object_store.connection import list_options

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from lealtad.lake.checksums import FileSums

WRITTEN: dict[Path, DeltaTable] = {}  # tables in stores, as this process wrote them last
BUCKET = "bucket"
_MARK = "lealtad.write"  # in the commit of a table in a store


def open_table(table: Path, version: int | None = None) -> DeltaTable:
    options = list_options(table) if isinstance(table, Address) else None
    return DeltaTable(str(table), version=version, storage_options=options)


@lru_cache(256)
def open_stored(table: Address, version: int, schema: str) -> DeltaTable:  # noqa: ARG001 - what it is known by
    """Open a version of a table in a store; cached, since a version never changes and its log costs requests."""
    return open_table(table, version)


def write_stored(table: Address, known: Mapping[str, FileSums] | None, how: dict[str, Any]) -> int:
    """Write one version to a table in a store; see `commit_stored`."""

    def write(state: DeltaTable | None, **more: Any) -> None:
        if state is None:
            write_deltalake(str(table), storage_options=list_options(table), **how, **more)
        else:
            write_deltalake(state, **how, **more)

    return commit_stored(table, known, write)


def commit_stored(table: Address, known: Mapping[str, FileSums] | None, commit: Callable[..., None]) -> int:
    """Commit one version to a table in a store, directly after the state that its writer read, or fail.

    If the answer to a commit is lost, the commit is found by its mark, so that it is written only once.

    Parameters
    ----------
    known
        The files of the version that the writer read.
    commit
        Function that commits to a state, or creates the table (None), with properties of the commit.
    """
    mark = uuid4().hex
    if table not in WRITTEN:
        find_latest_version(table)
    state = WRITTEN.pop(table, None)
    if state is not None and known is not None and list_files(state) != {p: f.bucket for p, f in known.items()}:
        raise _refuse(table)
    version = -1 if state is None else state.version()
    properties = CommitProperties(custom_metadata={_MARK: mark}, max_commit_retries=0)
    try:
        commit(state, commit_properties=properties)
        state = state or open_table(table, 0)
    except CommitFailedError:
        state = open_table(table)
        if state.version() != version + 1 or state.history(1)[0].get(_MARK) != mark:
            raise _refuse(table) from None
    if state.version() != version + 1:  # another run wrote to it since
        state = open_table(table, version + 1)
    WRITTEN[table] = state
    return version + 1


def _refuse(table: Address) -> BusyError:
    fix = f"It wrote to table '{table.name}' meanwhile, so nothing of this run counts. Run the command again."
    return BusyError(path=table.parent, what="lake", fix=fix)


def find_latest_version(table: Path) -> int | None:
    """Return the newest version written, which may not be committed to the lake yet; None if there is none."""
    WRITTEN.pop(table, None)
    try:
        state = open_table(table)
    except TableNotFoundError:
        return None
    if isinstance(table, Address):
        WRITTEN[table] = state
    return state.version()


def forget_written(table: Path) -> None:
    """Drop the cached state of a table whose files were deleted."""
    WRITTEN.pop(table, None)


def list_files(state: DeltaTable) -> dict[str, int]:
    """Return the bucket of each file; files of one write are in the order of their rows."""
    files = pl.DataFrame(state.get_add_actions(flatten=True))
    if files.is_empty():
        return {}
    ordered = files.sort("modification_time", "path")
    place = f"partition.{BUCKET}"
    buckets = ordered[place].to_list() if place in ordered.columns else [WHOLE] * ordered.height
    return dict(zip(ordered["path"].to_list(), buckets, strict=True))
