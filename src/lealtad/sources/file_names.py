"""The name of a file as a column of its rows: monthly exports say in it alone which month they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lealtad.sources.configuration import TableSource

SOURCE_FILE = "source_file"


def uses_file_name(source: TableSource) -> bool:
    """Whether a section reads the column `source_file`."""
    return SOURCE_FILE in {*source.columns.values(), *source.attributes} or SOURCE_FILE in (source.query or "")


def add_file_name(frames: Iterable[pl.DataFrame], name: str) -> Iterator[pl.DataFrame]:
    """Give each row the name of its file, unless the file has such a column itself.

    Examples
    --------
    >>> next(add_file_name([pl.DataFrame({"id": ["7"]})], "customers-2024-01.csv")).row(0)
    ('7', 'customers-2024-01.csv')
    """
    for frame in frames:
        own = SOURCE_FILE in frame.columns
        yield frame if own else frame.with_columns(pl.lit(name).alias(SOURCE_FILE))
