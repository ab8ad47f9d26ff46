"""Parquet files: typed values, a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pyarrow.parquet as pq

from lealtad.sources.files.unpacking import unpack_to_disk
from lealtad.sources.files.unreadable import check_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROWS = 500_000


def read_parquet(path: Path) -> Iterator[pl.DataFrame]:
    """Read a Parquet file in batches, in order.

    Raises
    ------
    Unreadable
        If a column stands twice.
    """
    with unpack_to_disk(path) as file, pq.ParquetFile(file, pre_buffer=False) as table:
        names = check_names(table.schema_arrow.names)
        yield pl.DataFrame(pl.from_arrow(table.schema_arrow.empty_table().rename_columns(names)))
        for batch in table.iter_batches(_ROWS):
            batch.validate(full=True)  # a damaged file may hold bytes that are no text
            yield pl.DataFrame(pl.from_arrow(batch.rename_columns(names)))
