"""Sources: tables that are read a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lealtad.sources.contract.reading import ISO

if TYPE_CHECKING:
    import polars as pl

    from lealtad.sources.contract.reading import Reading


@dataclass(frozen=True)
class Batch:
    """Some rows of one table, in the contract's column names, not yet checked.

    Attributes
    ----------
    origin
        A readable name of their origin: a file, a table or a query; never a secret.
    first_row
        Position of the first row in its origin, counted from 0.
    reading
        How the source writes its values.
    left_out
        Source columns that are neither mapped nor named like a contract column; they are not in `rows`.
    positions
        The positions of `rows` among all source rows, from 0; None if these are all.
    """

    rows: pl.DataFrame
    origin: str
    first_row: int = 0
    reading: Reading = ISO
    left_out: tuple[str, ...] = ()
    positions: pl.Series | None = None


Rows = Callable[[], Iterator[Batch]]


@dataclass(frozen=True)
class SourceFile:
    """One of the files of a table.

    Attributes
    ----------
    fingerprint
        Returns a text that changes if the file, or the way of reading it, changes; without parsing the file.
    rows
        Reads only this file, a batch at a time; its batches have the file's origin.
    """

    fingerprint: Callable[[], str]
    rows: Rows


@dataclass(frozen=True)
class Source:
    """An opened source: its tables, and functions that read them.

    Attributes
    ----------
    tables
        By table name, a function that reads the table again, a batch at a time.
    files
        By table name, its files by origin. A load skips files that it has already loaded.
    ground_truth
        By name, facts that no real company would know, such as the truth of a simulated one. It is stored outside
        the lake, where no feature can read it.
    reject_limit
        The largest share of a table's rows that a load may reject.
    remarks
        Returns sentences about what happened to rows, once the tables were read.
    """

    tables: Mapping[str, Rows]
    ground_truth: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, SourceFile]] = field(default_factory=dict)
    reject_limit: float = 0.05
    remarks: Callable[[], list[str]] = list


def drop_empty(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Drop empty frames, but keep one to show the columns if all are empty."""
    none: pl.DataFrame | None = None
    some = False
    for frame in frames:
        if frame.is_empty():
            none = frame
            continue
        some = True
        yield frame
    if none is not None and not some:
        yield none


def wrap_frame(rows: pl.DataFrame, origin: str) -> Rows:
    """Wrap a frame in memory as a table of one batch."""
    return lambda: iter([Batch(rows, origin)])
