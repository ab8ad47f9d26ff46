"""Blocks of customers worked on side by side: NumPy lets go of the interpreter in most of what it does to them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

FEW = 16  # blocks that are sooner done than threads are started; a lake's bucket has fewer


def for_each(blocks: int, work: Callable[[int], None]) -> None:
    """Do a piece of work for every block, by number, in as many threads as Polars uses.

    Examples
    --------
    >>> done = [False] * 20
    >>> for_each(20, lambda number: done.__setitem__(number, True))
    >>> all(done)
    True
    """
    if blocks < FEW:
        for number in range(blocks):
            work(number)
        return
    with ThreadPoolExecutor(pl.thread_pool_size()) as threads:
        list(threads.map(work, range(blocks)))  # which also raises what went wrong
