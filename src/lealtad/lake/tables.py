"""Writing one table of a draft: its files, and its entry for the manifest."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace as changed
from typing import TYPE_CHECKING
from zlib import crc32

import polars as pl

from lealtad.base.errors import BusyError, DamageError, LakeError, StoreError
from lealtad.base.failures import describe_failure
from lealtad.base.syncing import sync, sync_files
from lealtad.lake import delta
from lealtad.lake.checksums import measure_file
from lealtad.lake.entries import WHOLE, Entry
from lealtad.lake.object_store.address import Address
from lealtad.lake.object_store.connection import delete, explain, list_sizes
from lealtad.lake.order import sort_rows
from lealtad.lake.parts import combine_parts, describe_part
from lealtad.lake.stored_delta import find_latest_version, forget_written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lealtad.lake.bucket_files import WrittenBucket
    from lealtad.lake.checksums import FileSums
    from lealtad.lake.entries import Part
    from lealtad.lake.store import Lake

_MOST_FILES = 8


def replace_table(table: Path, entry: Entry | None, placed: pl.DataFrame) -> Entry:
    """Replace a table by these rows, unless its content is already the same.

    Parameters
    ----------
    placed
        Sorted by bucket, if the table is stored by bucket, and in the lake's order within it.
    """
    parts = {bucket: describe_part(table.name, rows) for bucket, rows in split_by_bucket(placed)}
    if entry is not None and _list_contents(entry.parts) == _list_contents(parts):
        return entry
    with _explain_write_errors(table):
        version = delta.write_all(table, placed, entry)
        return describe_version(table, version, {}, Entry(version, parts, entry.notes if entry else {}))


def replace_bucket(table: Path, entry: Entry, rows: pl.DataFrame, bucket: int) -> Entry:
    """Replace one bucket by these sorted rows, unless its content is already the same."""
    part = describe_part(table.name, rows)
    if entry.parts.get(bucket) == part:
        return entry
    with _explain_write_errors(table):
        _require_types(table, entry, rows)
        version = delta.write_bucket(table, rows, bucket, entry)
        after = changed(entry, parts={**entry.parts, bucket: part})
        return describe_version(table, version, _list_others(entry, bucket), after)


def append_rows(
    table: Path, entry: Entry, rows: pl.DataFrame, bucket: int, stored: Callable[[], pl.DataFrame]
) -> Entry:
    """Add these sorted rows to a bucket; `stored` reads the bucket if it has to be rewritten."""
    more = describe_part(table.name, rows)
    part = combine_parts(entry.parts[bucket], more) if bucket in entry.parts else more
    with _explain_write_errors(table):
        _require_types(table, entry, rows)
        others = entry.files or {}
        if part.files > _MOST_FILES:
            part, others = changed(part, files=1), _list_others(entry, bucket)
            joined = sort_rows(table.name, pl.concat([stored(), rows], how="diagonal_relaxed"))
            version = (
                delta.write_all(table, joined, entry)
                if bucket == WHOLE
                else delta.write_bucket(table, joined, bucket, entry)
            )
        else:
            version = delta.append(table, rows, None if bucket == WHOLE else bucket, entry)
        after = changed(entry, parts={**entry.parts, bucket: part})
        return describe_version(table, version, others, after)


def adopt_buckets(table: Path, entry: Entry | None, written: Sequence[WrittenBucket]) -> Entry:
    """Replace a table by the buckets that workers wrote, in one version; files are in the order of the buckets."""
    schemas = {each.schema for each in written}
    if len(schemas) != 1:
        raise LakeError(
            path=table.parent,
            expected=f"the same columns in every bucket of table '{table.name}'",
            found=f"{len(schemas)} different ones",
            fix="Nothing was committed. Give all workers the same lealtad, then run the command again.",
        )
    with _explain_write_errors(table):
        actions = [action for each in written for action in each.actions]
        version = delta.commit_files(table, actions, schemas.pop(), entry)
        files = {path: sums for each in written for path, sums in each.files.items()}
        parts = {each.bucket: each.part for each in written}
        return describe_version(table, version, files, Entry(version, parts, entry.notes if entry else {}))


def measure_parts(lake: Lake, name: str, entry: Entry) -> Entry:
    """Count the parts of a table that an older version of lealtad wrote."""
    if WHOLE in entry.parts and not lake.is_bucketed(name):
        return changed(entry, parts={WHOLE: describe_part(name, lake.read_stored(name))})
    return changed(
        entry, parts={bucket: describe_part(name, lake.read_stored(name, bucket)) for bucket in lake.buckets}
    )


def describe_version(table: Path, version: int, kept: Mapping[str, FileSums], entry: Entry) -> Entry:
    """Return the entry of a version, with the checksums of the files that are new in it.

    Parameters
    ----------
    kept
        The files of the previous version that must still be part of it.

    Raises
    ------
    DamageError
        If Delta's log lists other files, because it was altered.
    """
    files, schema = delta.read_written(table, version)
    if {path: files.get(path) for path in kept} != {path: sums.bucket for path, sums in kept.items()}:
        raise DamageError(
            path=table / delta.LOG,
            expected="the files that were committed",
            found="others",
            fix="Nothing was committed. Restore the folder from a backup (docs/how_to/backup_and_restore.md).",
        )
    new = {path: measure_file(table / path, bucket) for path, bucket in files.items() if path not in kept}
    return changed(entry, version=version, files={**kept, **new}, schema=schema)


def _list_others(entry: Entry, bucket: int) -> dict[str, FileSums]:
    """Return the files of the other buckets."""
    return {path: sums for path, sums in (entry.files or {}).items() if sums.bucket != bucket}


def recover_table(table: Path, entry: Entry | None, *, once_held: bool) -> None:
    """Undo what a killed run left: a table ahead of the manifest, or one that was never in a manifest."""
    if entry is None:
        forget_written(table)
        if not once_held:
            remove_table(table)
        return
    with _explain_write_errors(table):
        try:
            latest = find_latest_version(table)
        except delta.BROKEN:  # a power loss may have emptied files that were never committed
            delta.cut_log(table, entry.version)
            latest = find_latest_version(table)
        if latest != entry.version:
            delta.restore_version(table, entry.version)


def remove_table(table: Path) -> None:
    """Delete all files of a table."""
    if isinstance(table, Address):
        delete(list_sizes(table))
        forget_written(table)
    else:
        shutil.rmtree(table, ignore_errors=True)


def finish_version(table: Path, before: Entry | None, entry: Entry) -> Entry:
    """Wait until the new files of a version are on disk; return its entry with the checksums of the log."""
    if before is not None and before.version == entry.version and before.schema:
        return entry
    old, since = ((before.files or {}), f"{before.version:020d}.json") if before else ({}, "")
    if before is None or not before.schema:
        since = ""
    with _explain_write_errors(table):
        log = sorted(path for path in (table / delta.LOG).iterdir() if path.is_file() and path.name > since)
        if not isinstance(table, Address):  # an object that a store acknowledged is durable
            sync_files([*(table / path for path in entry.files or {} if path not in old), *log])
            sync(table)
            sync(table.parent)
        return changed(entry, log={path.name: crc32(path.read_bytes()) for path in log})


def split_by_bucket(placed: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Split rows sorted by bucket into one frame per bucket; without the column they are one part."""
    if "bucket" not in placed.columns:
        yield WHOLE, placed
        return
    start = 0
    runs = placed["bucket"].rle().struct.unnest()
    for length, bucket in runs.iter_rows():
        yield bucket, placed.slice(start, length).drop("bucket")
        start += length
    if placed.is_empty():
        yield 0, placed.drop("bucket")


def _list_contents(parts: dict[int, Part]) -> dict[int, str]:
    """Return the fingerprints of parts; empty buckets are left out, unless all are empty."""
    contents = {bucket: part.content for bucket, part in parts.items() if part.rows}
    return contents or {bucket: part.content for bucket, part in list(parts.items())[:1]}


def _require_types(table: Path, entry: Entry, rows: pl.DataFrame) -> None:
    types = delta.read_columns(table, entry)
    for column, dtype in rows.schema.items():
        if column in types and not _are_alike(types[column], dtype):
            raise LakeError(
                path=table.parent,
                expected=f"column '{column}' of table '{table.name}' to be {types[column]}, as it was",
                found=f"{dtype}",
                fix="Convert the column, or load into a new directory: lealtad ingest --out DIRECTORY.",
            )


def _are_alike(first: pl.DataType, other: pl.DataType) -> bool:
    return first == other or (first.is_integer() and other.is_integer()) or (first.is_float() and other.is_float())


@contextmanager
def _explain_write_errors(table: Path) -> Iterator[None]:
    try:
        yield
    except (LakeError, DamageError, BusyError, StoreError):
        raise
    except delta.BROKEN as error:
        if isinstance(table, Address):
            raise explain(table, error) from error
        raise LakeError(
            path=table.parent,
            expected=f"to write table '{table.name}'",
            found=describe_failure(error),
            fix="Nothing was committed. Free the disk or the file, then run the command again.",
        ) from error
