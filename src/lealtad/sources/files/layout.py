"""The first and last rows of data in a sheet or text file, below titles and headers, and above a footer."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl


def trim_edges(frames: Iterable[pl.DataFrame], skip_rows: int, skip_footer: int) -> Iterator[pl.DataFrame]:
    """Drop the first and last rows of a file: units or a second header below the header, totals at the end.

    Parameters
    ----------
    frames
        The rows of one file in order, in batches of any height.
    skip_rows, skip_footer
        Number of rows to drop at each end.

    Examples
    --------
    >>> import polars as pl
    >>> frames = [pl.DataFrame({"id": ["unit", "a"]}), pl.DataFrame({"id": ["b", "Total"]})]
    >>> [frame["id"].to_list() for frame in trim_edges(frames, 1, 1) if frame.height]
    [['a'], ['b']]
    """
    yield from _drop_last(_drop_first(frames, skip_rows), skip_footer)


def _drop_first(frames: Iterable[pl.DataFrame], count: int) -> Iterator[pl.DataFrame]:
    to_drop = count
    for frame in frames:
        yield frame[min(to_drop, frame.height) :]
        to_drop -= min(to_drop, frame.height)


def _drop_last(frames: Iterable[pl.DataFrame], count: int) -> Iterator[pl.DataFrame]:
    if not count:
        yield from frames
        return
    waiting: deque[pl.DataFrame] = deque()
    for frame in frames:
        waiting.append(frame)
        while sum(batch.height for batch in waiting) - waiting[0].height >= count:
            yield waiting.popleft()
    rows = sum(batch.height for batch in waiting) - count
    for frame in waiting:
        yield frame[: max(0, min(rows, frame.height))]
        rows -= frame.height
