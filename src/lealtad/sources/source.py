"""A source: its tables, a batch of rows at a time."""

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
        Where they came from, as people call it: a file's name, a table or a query; never a secret.
    first_row
        Position of the first row there, counted from 0.
    reading
        How the source writes its values.
    left_out
        Columns of theirs that nothing maps and no contract column is named like; they are not in `rows`.
    positions
        The positions of `rows` among all rows that came, from 0; None if these are all.
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
    """One file of a table that is made of several, or of one.

    Attributes
    ----------
    fingerprint
        Returns a text that changes if the file, or the way it is read, changes; the file is not parsed.
    rows
        Reads this file alone, a batch at a time; its batches bear the file's origin.
    """

    fingerprint: Callable[[], str]
    rows: Rows


@dataclass(frozen=True)
class Source:
    """A source that was opened: its tables, and how to read them.

    Attributes
    ----------
    tables
        By table name, a function that reads the table again, a batch at a time.
    files
        By table name, the files of a table that is made of files, by their origin. A load skips the files it
        knows.
    ground_truth
        By name, what no company would know of itself, such as the truth of a simulated one. It is kept outside
        of the lake, where no feature can read it.
    reject_limit
        The largest share of a table's rows that a load may reject.
    remarks
        Returns what happened to rows on the way, one sentence each, once the tables were read.
    """

    tables: Mapping[str, Rows]
    ground_truth: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, SourceFile]] = field(default_factory=dict)
    reject_limit: float = 0.05
    remarks: Callable[[], list[str]] = list


def drop_empty(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Leave out frames without rows; of nothing else one, which says what columns there would be."""
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
    """Return a frame that is in memory as a table of one batch."""
    return lambda: iter([Batch(rows, origin)])
