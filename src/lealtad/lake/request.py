"""Checks of requests to a lake: the location, and the tables, buckets and columns that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import LakeError, suggest_name
from lealtad.lake.manifest import LOCK, NAME, PAST
from lealtad.sources.contract.tables import STORED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import polars as pl

    from lealtad.lake.entries import Entry
    from lealtad.lake.manifest import Manifest
    from lealtad.lake.store import Lake

_OPTIONAL = {table.name: table.names for table in STORED}
_BEFORE_THE_FIRST_COMMIT = {LOCK, PAST, f"{NAME}.new"}
_PROBE = ".probe-"  # an object left by a run that was killed while it tested the store
# by derived table, the command that writes it
_WRITERS = {
    "features": "features",
    "scores": "score",
    "promoters": "score",
    "lists": "worklist",
    "promises": "worklist",
    "recommendations": "worklist",
}
_CLOCKS = {"known_at", "superseded_at", "source_zone"}
_ALWAYS_NEEDED = frozenset({"customer_id", "known_at", "superseded_at"})


def check_place(root: Path) -> None:
    """Refuse a location that holds something other than a lake.

    Raises
    ------
    LakeError
        If it is a file, or a directory with other files.
    """
    if not root.exists():
        return
    names = {path.name for path in root.iterdir() if not path.name.startswith(_PROBE)} if root.is_dir() else {""}
    if names - _BEFORE_THE_FIRST_COMMIT:
        raise LakeError(
            path=root,
            expected="a lake, an empty directory or nothing",
            found="files that are not a lake" if root.is_dir() else "a file",
            fix="Name another directory with --out; nothing was written.",
        )


def find_entry(root: Path, manifest: Manifest, name: str) -> Entry:
    """Return the manifest's entry of a table.

    Raises
    ------
    LakeError
        If the lake has no such table.
    """
    entry = manifest.tables.get(name)
    if entry is None:
        raise LakeError(
            path=root,
            expected=f"a table '{name}'",
            found=f"only {', '.join(sorted(manifest.tables)) or 'no tables'}",
            fix=f"Run lealtad {_WRITERS.get(name, 'ingest')} first.",
        )
    return entry


def check_request(lake: Lake, name: str, bucket: int | None, columns: Sequence[str] | None) -> None:
    """Refuse a bucket or columns that a lake does not have."""
    check_bucket(lake.root, lake.buckets, bucket)
    if columns is not None:
        check_columns(lake.root, name, lake.columns(name), columns)


def check_bucket(root: Path, buckets: range, bucket: int | None) -> None:
    """Refuse a bucket that the lake does not have; None means all.

    Raises
    ------
    LakeError
        If it has none of that number.
    """
    if bucket is not None and bucket not in buckets:
        raise LakeError(
            path=root,
            expected=f"a bucket from 0 to {buckets[-1]}",
            found=str(bucket),
            fix="Leave bucket out to read all.",
        )


def check_columns(root: Path, name: str, stored: Iterable[str], wanted: Sequence[str]) -> None:
    """Refuse columns that a table can never have; optional ones of the contract may be absent.

    Raises
    ------
    LakeError
        If one is unknown; it names the nearest.
    """
    possible = {*stored, *_OPTIONAL.get(name, ()), *_CLOCKS}
    for column in wanted:
        if column not in possible:
            raise LakeError(
                path=root,
                expected=f"columns of table '{name}'",
                found=f"'{column}'",
                fix=suggest_name(column, sorted(possible)),
            )


def select_rows(rows: pl.LazyFrame, columns: Sequence[str] | None, where: pl.Expr | None) -> pl.LazyFrame:
    """Return the rows that meet a condition, with those of the requested columns that exist."""
    if where is not None:
        rows = rows.filter(where)
    if columns is None:
        return rows
    names = rows.collect_schema().names()
    return rows.select(column for column in dict.fromkeys(columns) if column in names)


def list_needed(columns: Sequence[str] | None, where: pl.Expr | None) -> frozenset[str] | None:
    """Return the columns that a request needs; None: all.

    They include clocks and ids, which decide which rows are in force and to which customer they belong.

    Examples
    --------
    >>> import polars as pl
    >>> sorted(list_needed(["amount"], pl.col("items") > 1) - _ALWAYS_NEEDED)
    ['amount', 'items']
    """
    if columns is None or (where is not None and where.meta.has_multiple_outputs()):
        return None
    asked = () if where is None else where.meta.root_names()
    return frozenset({*columns, *asked}) | _ALWAYS_NEEDED
