"""Running totals along time with twice the digits of one number, so that their differences are exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples.features.engine.side_by_side import for_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from lealtad.examples.features.engine.grid import Matrix, Whole

BLOCK = 6000  # customers: a row stays in a near cache, and turned rows do not all fall on the same lines of it


@dataclass(frozen=True)
class TotalsBlock:
    """What the cells of some customers add up to by each boundary: boundaries × customers.

    Attributes
    ----------
    remainder
        What the rounding of each total has dropped so far (None: nothing, as with counts). It is summed up too, so
        small amounts after large ones keep their digits: both totals together have twice those of one number.
    """

    total: Matrix
    remainder: Matrix | None

    def add_up(self, cells: Matrix | Whole) -> None:
        """Fill in the totals of cells (boundaries × customers) along time."""
        added = cells.astype(np.float64, copy=False)
        if self.remainder is None:
            _add_up(added, self.total)
        else:
            _add_up_with_remainder(added, self.total, self.remainder)

    def between(self, opened: Whole | None, now: Whole) -> Matrix:
        """Return what was added from each opening boundary (None: the beginning) to its closing one.

        Pairs of boundaries × customers.
        """
        amount, rest = np.empty((len(now), self.total.shape[1])), np.empty(self.total.shape[1])
        for pair, reached in enumerate(now):
            before = None if opened is None else opened[pair]
            _subtract(self.total, before, reached, amount[pair])
            if self.remainder is not None:
                _subtract(self.remainder, before, reached, rest)
                amount[pair] += rest
        return amount


@dataclass(frozen=True)
class RunningTotals:
    """Running totals of all customers, `BLOCK` of them at a time.

    Attributes
    ----------
    room
        The memory they are written in, that of the totals and that of the remainders.
    """

    blocks: tuple[TotalsBlock, ...]
    room: Matrix

    @classmethod
    def of(
        cls, cells: Callable[[int], Matrix | Whole], room: Matrix, customers: int, *, whole: bool
    ) -> RunningTotals:
        """Add up the cells of each block of customers, by its number, along time.

        The `room` for twice boundaries × customers is filled, with whatever was in it before. `whole`: cells are
        small whole numbers.
        """
        totals, remainders = (_divide_room(part, customers) for part in room)
        blocks = tuple(map(TotalsBlock, totals, [None] * len(totals) if whole else remainders))
        for_each(len(blocks), lambda number: blocks[number].add_up(cells(number)))
        return cls(blocks, room)

    def between(self, opened: Whole | None, now: Whole) -> Matrix:
        """Return what was added between pairs of boundaries, customers × pairs; see `Block.between`."""
        totals = np.empty((sum(block.total.shape[1] for block in self.blocks), len(now)))

        def fill(number: int) -> None:
            totals[number * BLOCK : (number + 1) * BLOCK] = self.blocks[number].between(opened, now).T

        for_each(len(self.blocks), fill)
        return totals


def allocate_room(customers: int, boundaries: int) -> Matrix:
    """Return room for running totals and remainders.

    It is one allocation, because the system gives large arrays in large pages. Each page costs time when first
    written to, more than adding up what it holds: room is to be used again.
    """
    return np.empty((2, customers * boundaries))


def _divide_room(room: Matrix, customers: int) -> list[Matrix]:
    """Part room for all customers into boundaries × customers of each block."""
    boundaries = len(room) // max(customers, 1)
    firsts = range(0, customers, BLOCK)
    parts = (room[first * boundaries : (first + BLOCK) * boundaries] for first in firsts)
    return [part.reshape(boundaries, -1) for part in parts]


def _subtract(running: Matrix, before: int | None, reached: int, out: Matrix) -> None:
    if before is None:
        out[:] = running[reached]
    else:
        np.subtract(running[reached], running[before], out=out)


def _add_up(added: Matrix, total: Matrix) -> None:
    """Fill in the running totals, boundary by boundary."""
    total[:1] = added[:1]
    for now in range(1, len(added)):
        np.add(total[now - 1], added[now], out=total[now])


def _add_up_with_remainder(added: Matrix, total: Matrix, remainder: Matrix) -> None:
    """Fill in the running totals, and the running sum of what each rounding left out (Dekker's FastTwoSum).

    The remainder is exact where the total before was the larger, which is where digits are lost. Elsewhere it is
    as exact as the amount added.
    """
    _add_up(added, total)
    remainder[:1], lost = 0.0, remainder[1:]
    np.subtract(total[:-1], total[1:], out=lost)
    lost += added[1:]
    _add_up(lost, lost)
