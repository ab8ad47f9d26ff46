"""A bucket of a table that a worker writes by itself: it returns only what the commit needs to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lealtad.base.private_files import keep_private
from lealtad.lake import delta
from lealtad.lake.checksums import FileSums, measure_file
from lealtad.lake.object_store.address import Address
from lealtad.lake.order import sort_rows
from lealtad.lake.parts import describe_part

if TYPE_CHECKING:
    import polars as pl

    from lealtad.lake.entries import Part


@dataclass(frozen=True)
class WrittenBucket:
    """A bucket that was written. It is in no version of the table until a draft adopts it.

    Attributes
    ----------
    bucket
        Its number.
    part
        What it holds.
    files
        Its data files with their checksums, by path below the table's folder, in the order of their rows.
    actions
        The same files, as entries for Delta's log.
    schema
        The columns and their types, as Delta's log states them (JSON).
    """

    bucket: int
    part: Part
    files: dict[str, FileSums]
    actions: tuple[dict[str, Any], ...]
    schema: str


def write_bucket_files(root: Path, name: str, frame: pl.DataFrame, bucket: int) -> WrittenBucket:
    """Write the rows of a bucket next to the files of a table, with the same bytes that a draft would write.

    Parameters
    ----------
    root
        The folder or the address of the lake.
    frame
        All rows of the bucket, in any order.
    """
    table, rows = root / name, sort_rows(name, frame)
    is_stored = isinstance(table, Address)
    with keep_private():
        table.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".writing-", dir=None if is_stored else table) as folder:
            actions, schema = delta.write_apart(Path(folder), rows, bucket)
            files = {
                each["path"]: _place(Path(folder, each["path"]), table / each["path"], bucket) for each in actions
            }
    return WrittenBucket(bucket, describe_part(name, rows), files, tuple(actions), schema)


def _place(written: Path, path: Path, bucket: int) -> FileSums:
    if isinstance(path, Address):
        path.write_bytes(written.read_bytes())
    else:
        path.parent.mkdir(exist_ok=True)
        written.replace(path)
    return measure_file(path, bucket)
