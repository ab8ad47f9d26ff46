"""Parquet files: typed values, a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lealtad.sources.files.nested_columns import open_nested
from lealtad.sources.files.unpacking import unpack_to_disk
from lealtad.sources.files.unreadable import Unreadable, check_names
from lealtad.sources.limits import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lealtad.sources.limits import Limits

_ROWS = 500_000
_TEXTS = (pa.string(), pa.large_string(), pa.binary(), pa.large_binary())
_FEW = 1_000_000  # rows; files with fewer are not checked
_FIX = "If you trust the file, raise the limit in lealtad.toml; else export it again, or as CSV."


def read_parquet(path: Path, limits: Limits = USUAL) -> Iterator[pl.DataFrame]:
    """Read a Parquet file in batches, in order.

    Raises
    ------
    Unreadable
        If a column name is repeated, or it decompresses beyond the limits.
    """
    with unpack_to_disk(path) as file:
        with pq.ParquetFile(file, pre_buffer=False) as table:
            _refuse_expansion(table.metadata, file.stat().st_size, limits)
            schema = table.schema_arrow
        names = check_names(schema.names)
        yield open_nested(pl.DataFrame(pl.from_arrow(schema.empty_table().rename_columns(names))))
        # dictionary-encoded texts are expanded only after their size was checked
        texts = [field.name for field in schema if field.type in _TEXTS]
        with pq.ParquetFile(file, pre_buffer=False, read_dictionary=texts) as table:
            for batch in table.iter_batches(_ROWS):
                whole = _write_out(batch, schema, limits).rename_columns(names)
                yield open_nested(pl.DataFrame(pl.from_arrow(whole)))


def _refuse_expansion(metadata: pq.FileMetaData, size: int, limits: Limits) -> None:
    rows = metadata.num_rows
    if rows > _FEW and rows > limits.rows_per_byte * size:
        raise Unreadable(
            expected=f"at most {limits.rows_per_byte:g} rows per byte of a file (limits.rows_per_byte)",
            found=f"{rows:,} rows in {size:,} bytes",
            fix=_FIX,
        )
    largest = max((metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)), default=0)
    if largest > limits.row_group_bytes:
        raise _too_large("a row group", largest, limits)


def _write_out(batch: pa.RecordBatch, schema: pa.Schema, limits: Limits) -> pa.RecordBatch:
    """Return a batch with dictionary-encoded texts expanded."""
    size = sum(_measure_column(column) for column in batch.columns)
    if size > limits.row_group_bytes:
        raise _too_large(f"{batch.num_rows:,} rows", size, limits)
    plain = batch.cast(schema)
    plain.validate(full=True)  # a damaged file may contain bytes that are not text
    return plain


def _measure_column(column: pa.Array) -> int:
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).take(column.indices)
    return int(pc.sum(lengths).as_py() or 0)


def _too_large(what: str, size: int, limits: Limits) -> Unreadable:
    return Unreadable(
        expected=f"at most {limits.row_group_bytes:,} bytes at once (limits.row_group_bytes)",
        found=f"{what} of {size:,}",
        fix=_FIX,
    )
