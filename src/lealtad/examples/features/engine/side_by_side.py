"""Blocks of customers worked on side by side: NumPy lets go of the interpreter in most of what it does to them."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

FEW = 8  # blocks that are sooner done than threads are started; a lake's bucket has fewer


def for_each(blocks: int, work: Callable[[int], None]) -> None:
    """Do a piece of work for every block, by number, in as many threads as Polars uses.

    The threads start far from one another: where two write to the same page first, the system clears it twice.

    Examples
    --------
    >>> done = [False] * 20
    >>> for_each(20, lambda number: done.__setitem__(number, True))
    >>> all(done)
    True
    """
    threads = pl.thread_pool_size()
    if blocks < FEW or threads == 1:
        for number in range(blocks):
            work(number)
        return
    apart = math.ceil(blocks / threads)
    remaining = iter(sorted(range(blocks), key=lambda number: number % apart))

    def draw() -> None:
        for number in remaining:
            work(number)

    # this one works as well: to start a thread takes longer than a block
    with ThreadPoolExecutor(threads - 1) as others:
        drawn = [others.submit(draw) for _ in range(threads - 1)]
        draw()
        for block in drawn:
            block.result()  # which raises what went wrong
