"""One Delta table: read a version, write a bucket, go back to a version."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl
from deltalake import (
    ColumnProperties,
    DeltaTable,
    PostCommitHookProperties,
    Schema,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, create_table_with_add_actions

from lealtad.base.errors import DamageError
from lealtad.lake.entries import WHOLE
from lealtad.lake.object_store.address import Address
from lealtad.lake.object_store.chunks import locate_copy
from lealtad.lake.object_store.connection import list_options
from lealtad.lake.stored_delta import (
    BUCKET,
    WRITTEN,
    commit_stored,
    list_files,
    open_stored,
    open_table,
    write_stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lealtad.lake.entries import Entry

BROKEN = (DeltaError, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
_BYTES_PER_FILE = 128 * 2**20
LOG = "_delta_log"
# an old version can only be read with its log, so the log is never cleaned up
_HOOKS = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


def scan(
    table: Path, entry: Entry, bucket: int | None = None, needed: frozenset[str] | None = None
) -> pl.LazyFrame:
    """Return the rows of a table, or of one bucket of it, at the manifest's version, as a lazy frame.

    The manifest lists the files in order; for an older manifest Delta's log does. Polars gets file paths: it would
    not find the log's addresses in a directory with a space or an accent in its name.

    Parameters
    ----------
    needed
        The columns of a table in a store that were fetched; its local copies hold no others. None: all.
    """
    state = _open_version(table, entry)
    columns = {name: dtype for name, dtype in _read_schema(state).items() if name != BUCKET}
    files = list_files(state) if entry.files is None else {path: f.bucket for path, f in entry.files.items()}
    folder = locate_copy(table) if isinstance(table, Address) else table
    paths = [folder / path for path, place in files.items() if bucket is None or place in {bucket, WHOLE}]
    if not paths:
        return pl.LazyFrame(schema=columns)
    rows = pl.scan_parquet(paths, schema=columns, missing_columns="insert", glob=False, hive_partitioning=False)
    if isinstance(table, Address) and needed is not None:
        return rows.select(name for name in columns if name in needed)
    return rows


def read_columns(table: Path, entry: Entry) -> dict[str, pl.DataType]:
    """Return the columns of a table and their types."""
    schema = _read_schema(_open_version(table, entry))
    return {name: dtype for name, dtype in schema.items() if name != BUCKET}


def read_state(table: Path, version: int) -> tuple[dict[str, int], str]:
    """Return the files of a version with the bucket of each, and the hash of its columns and their types."""
    state = open_table(table, version)
    return list_files(state), _hash_schema(state)


def read_written(table: Path, version: int) -> tuple[dict[str, int], str]:
    """Return the same as `read_state`, for a version just written, without another request to a store."""
    state = WRITTEN.get(table)
    if state is None or state.version() != version:
        return read_state(table, version)
    return list_files(state), _hash_schema(state)


def is_bucketed(table: Path, entry: Entry) -> bool:
    """Return whether the table is stored by bucket."""
    return BUCKET in _read_schema(_open_version(table, entry))


def restore_version(table: Path, version: int) -> None:
    """Add a version with the content of an earlier one."""
    state = open_table(table)
    state.restore(version)
    if isinstance(table, Address):
        WRITTEN[table] = open_table(table)


def write_checkpoint(table: Path, version: int) -> None:
    """Summarise the log up to a version in one file, from which the version can be read alone."""
    open_table(table, version).create_checkpoint()


def cut_log(table: Path, version: int) -> None:
    """Remove log entries newer than a version, newest first, and the hint where to begin reading."""
    newer = [path for path in (table / LOG).glob("[0-9]*") if int(path.name.partition(".")[0]) > version]
    for path in sorted(newer, reverse=True):
        path.unlink()
    (table / LOG / "_last_checkpoint").unlink(missing_ok=True)


def write_all(table: Path, rows: pl.DataFrame, before: Entry | None = None) -> int:
    """Replace rows and columns of a table; a column `bucket` partitions it. Return the version.

    `before` is the state of the table that the writer read. In a store, the write fails on any other state.
    """
    partition = [BUCKET] if BUCKET in rows.columns else None
    return _write(table, rows, before, mode="overwrite", schema_mode="overwrite", partition_by=partition)


def write_bucket(table: Path, rows: pl.DataFrame, bucket: int, before: Entry | None = None) -> int:
    """Replace one bucket of the table, and add the columns it lacks. Return the version."""
    placed = rows.with_columns(pl.lit(bucket, pl.Int32).alias(BUCKET))
    how = {"predicate": f"{BUCKET} = {bucket}", "partition_by": [BUCKET]}
    return _write(table, placed, before, mode="overwrite", schema_mode="merge", **how)


def append(table: Path, rows: pl.DataFrame, bucket: int | None, before: Entry | None = None) -> int:
    """Add rows as one more file, in a bucket if the table is stored by bucket. Return the version."""
    placed = rows if bucket is None else rows.with_columns(pl.lit(bucket, pl.Int32).alias(BUCKET))
    partition = None if bucket is None else [BUCKET]
    return _write(table, placed, before, mode="append", schema_mode="merge", partition_by=partition)


def write_apart(folder: Path, rows: pl.DataFrame, bucket: int) -> tuple[list[dict[str, Any]], str]:
    """Write the rows of a bucket into a separate folder, as files that a table can adopt.

    Returns
    -------
    The files as Delta's log states them, in the order of their rows, and the columns with their types (JSON).
    """
    write_all(folder, rows.with_columns(pl.lit(bucket, pl.Int32).alias(BUCKET)))
    state = DeltaTable(str(folder))
    lines = (folder / LOG / f"{state.version():020d}.json").read_text(encoding="utf-8").splitlines()
    actions = {each["add"]["path"]: each["add"] for each in map(json.loads, lines) if "add" in each}
    return [actions[path] for path in list_files(state)], state.schema().to_json()


def commit_files(table: Path, actions: Iterable[dict[str, Any]], schema: str, before: Entry | None = None) -> int:
    """Make existing files in a table's folder its whole content, in one version. Return the version."""
    files = [
        AddAction(
            each["path"], each["size"], each["partitionValues"], each["modificationTime"], True, each["stats"]
        )
        for each in actions
    ]
    columns = Schema.from_json(schema)

    def commit(state: DeltaTable | None, **how: Any) -> None:
        how["post_commithook_properties"] = _HOOKS
        if state is None:
            options = list_options(table) if isinstance(table, Address) else None
            create_table_with_add_actions(
                str(table), columns, files, partition_by=[BUCKET], storage_options=options, **how
            )
        else:
            state.create_write_transaction([*files], "overwrite", columns, [BUCKET], **how)

    if isinstance(table, Address):
        return commit_stored(table, None if before is None else before.files, commit)
    state = DeltaTable(str(table)) if DeltaTable.is_deltatable(str(table)) else None
    commit(state)
    return DeltaTable(str(table)).version()


def _open_version(table: Path, entry: Entry) -> DeltaTable:
    """Return the table as its log states it; the manifest decides whether that was committed."""
    state = (
        open_stored(table, entry.version, entry.schema)
        if isinstance(table, Address)
        else open_table(table, entry.version)
    )
    if entry.schema and _hash_schema(state) != entry.schema:
        raise DamageError(
            path=table / LOG,
            expected=f"the columns of version {entry.version}, as they were committed",
            found="others",
            fix="Restore the folder from a backup (docs/how_to/backup_and_restore.md).",
        )
    return state


def _hash_schema(state: DeltaTable) -> str:
    return sha256(state.schema().to_json().encode()).hexdigest()[:16]


def _read_schema(state: DeltaTable) -> pl.Schema:
    return pl.Schema(state.schema().to_arrow())


def _write(table: Path, rows: pl.DataFrame, before: Entry | None, **how: Any) -> int:
    # as one batch: the writer takes several batches in the order in which they are ready
    how |= {
        "data": rows.rechunk(),
        "target_file_size": _BYTES_PER_FILE,
        "writer_properties": _write_properties(rows),
    }
    how["post_commithook_properties"] = _HOOKS
    if isinstance(table, Address):
        return write_stored(table, None if before is None else before.files, how)
    table.mkdir(parents=True, exist_ok=True)
    write_deltalake(str(table), **how)
    return DeltaTable(str(table)).version()


def _write_properties(rows: pl.DataFrame) -> WriterProperties:
    return WriterProperties(
        compression="ZSTD", compression_level=1, column_properties=_switch_statistics_off(rows)
    )


def _switch_statistics_off(rows: pl.DataFrame) -> dict[str, ColumnProperties]:
    """Keep the minimum and maximum of text columns out of the log: they are ids, contacts and free text."""
    silent = ColumnProperties(statistics_enabled="NONE")
    return {name: silent for name, dtype in rows.schema.items() if dtype == pl.String}
