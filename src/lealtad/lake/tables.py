"""Writing one table of a draft: what is on disk, and the entry that the manifest gets."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace as changed
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError
from lealtad.lake import delta
from lealtad.lake.manifest import WHOLE, Entry
from lealtad.lake.order import sort_rows
from lealtad.lake.parts import combine_parts, describe_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lealtad.lake.manifest import Part

_MOST_FILES = 8


def replace_table(table: Path, entry: Entry | None, placed: pl.DataFrame) -> Entry:
    """Make these rows the whole table, unless it says just that already.

    Parameters
    ----------
    placed
        Sorted by bucket, if the table is stored by bucket, and in order within it.
    """
    parts = {bucket: describe_part(table.name, rows) for bucket, rows in split_by_bucket(placed)}
    if entry is not None and _list_contents(entry.parts) == _list_contents(parts):
        return entry
    with _explain_write_errors(table):
        version = delta.write_all(table, placed)
    return Entry(version, parts, entry.notes if entry else {})


def replace_bucket(table: Path, entry: Entry, rows: pl.DataFrame, bucket: int) -> Entry:
    """Make these rows, which are in order, one bucket of the table, unless it says just that already."""
    part = describe_part(table.name, rows)
    if entry.parts.get(bucket) == part:
        return entry
    with _explain_write_errors(table):
        _require_types(table, entry, rows)
        version = delta.write_bucket(table, rows, bucket)
    return changed(entry, version=version, parts={**entry.parts, bucket: part})


def append_rows(
    table: Path, entry: Entry, rows: pl.DataFrame, bucket: int, stored: Callable[[], pl.DataFrame]
) -> Entry:
    """Add these rows, which are in order, to a bucket; `stored` reads it where it is to be written anew."""
    more = describe_part(table.name, rows)
    part = combine_parts(entry.parts[bucket], more) if bucket in entry.parts else more
    with _explain_write_errors(table):
        _require_types(table, entry, rows)
        if part.files > _MOST_FILES:
            part = changed(part, files=1)
            joined = sort_rows(table.name, pl.concat([stored(), rows], how="diagonal_relaxed"))
            version = (
                delta.write_all(table, joined) if bucket == WHOLE else delta.write_bucket(table, joined, bucket)
            )
        else:
            version = delta.append(table, rows, None if bucket == WHOLE else bucket)
    return changed(entry, version=version, parts={**entry.parts, bucket: part})


def recover_table(table: Path, entry: Entry | None, *, once_held: bool) -> None:
    """Undo what a killed run left on disk: a table ahead of the manifest, or one that no manifest ever held."""
    if entry is None:
        if not once_held:
            shutil.rmtree(table, ignore_errors=True)
        return
    with _explain_write_errors(table):
        if delta.find_latest_version(table) != entry.version:
            delta.restore_version(table, entry.version)


def split_by_bucket(placed: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Cut rows that are sorted by bucket into one frame per bucket; without the column they are one part."""
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
    """Return the fingerprints of parts; an empty bucket counts as none, unless all are empty."""
    contents = {bucket: part.content for bucket, part in parts.items() if part.rows}
    return contents or {bucket: part.content for bucket, part in list(parts.items())[:1]}


def _require_types(table: Path, entry: Entry, rows: pl.DataFrame) -> None:
    types = delta.read_columns(table, entry.version)
    for column, dtype in rows.schema.items():
        if column in types and not _are_alike(types[column], dtype):
            raise LakeError(
                path=table.parent,
                expected=f"column '{column}' of table '{table.name}' to be {types[column]}, as it was",
                found=f"{dtype}",
                fix="Convert the column, or load into a new directory: lealtad ingest --out DIRECTORY.",
            )


def _are_alike(one: pl.DataType, other: pl.DataType) -> bool:
    return one == other or (one.is_integer() and other.is_integer()) or (one.is_float() and other.is_float())


@contextmanager
def _explain_write_errors(table: Path) -> Iterator[None]:
    try:
        yield
    except delta.BROKEN as error:
        raise LakeError(
            path=table.parent,
            expected=f"to write table '{table.name}'",
            found=str(error).splitlines()[0],
            fix="Nothing was committed. Free the disk or the file, then run the command again.",
        ) from error
