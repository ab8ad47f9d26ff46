"""Running totals along time with twice the digits of one number, so that their differences are exact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lealtad.features.engine.grid import Matrix, Whole

BLOCK = 4096  # customers: the row of a boundary stays in the nearest cache


@dataclass(frozen=True)
class Block:
    """What the cells of some customers add up to by each boundary: boundaries × customers.

    Attributes
    ----------
    remainder
        What the rounding of each total has left out so far (None: nothing, as with counts). It is itself
        summed up, so a window of small amounts after a history of large ones keeps its digits: the totals
        together have twice the digits of one number.
    """

    total: Matrix
    remainder: Matrix | None

    def add_up(self, cells: Matrix | Whole) -> None:
        """Fill in the totals of cells (customers × boundaries) along time."""
        added = np.ascontiguousarray(cells.T, dtype=np.float64)
        if self.remainder is None:
            _add_up(added, self.total)
        else:
            _add_up_with_remainder(added, self.total, self.remainder)

    def between(self, opened: Whole | None, now: Whole) -> Matrix:
        """Return what was added from each opening boundary (None: the beginning) to the boundary beside it.

        Pairs of boundaries × customers.
        """
        amount = _difference(self.total, opened, now)
        if self.remainder is not None:
            amount += _difference(self.remainder, opened, now)
        return amount


@dataclass(frozen=True)
class Running:
    """Running totals of all customers, `BLOCK` of them at a time."""

    blocks: tuple[Block, ...]
    customers: int

    @classmethod
    def of(cls, cells: Iterable[Matrix | Whole], customers: int, boundaries: int, *, whole: bool) -> Running:
        """Add up the cells of each block of customers along time; `whole`: they are small whole numbers."""
        totals = _parted(customers, boundaries)
        remainders = [None] * len(totals) if whole else _parted(customers, boundaries)
        blocks = tuple(Block(*both) for both in zip(totals, remainders, strict=True))
        for block, own in zip(blocks, cells, strict=True):
            block.add_up(own)
        return cls(blocks, customers)

    def between(self, opened: Whole | None, now: Whole) -> Matrix:
        """Return what was added between pairs of boundaries, customers × pairs; see `Block.between`."""
        found = np.empty((self.customers, len(now)))
        for number, block in enumerate(self.blocks):
            found[number * BLOCK : (number + 1) * BLOCK] = block.between(opened, now).T
        return found


def _parted(customers: int, boundaries: int) -> list[Matrix]:
    """Return room for boundaries × customers, for each block of customers.

    It is one allocation: the system gives memory in small pages, each of which costs time when first written to,
    except for large arrays.
    """
    room = np.empty(customers * boundaries)
    firsts = range(0, customers, BLOCK)
    parts = (room[first * boundaries : (first + BLOCK) * boundaries] for first in firsts)
    return [part.reshape(boundaries, -1) for part in parts]


def _difference(running: Matrix, opened: Whole | None, now: Whole) -> Matrix:
    reached = running.take(now, axis=0)
    if opened is not None:
        reached -= running.take(opened, axis=0)
    return reached


def _add_up(added: Matrix, total: Matrix) -> None:
    """Fill in the running totals, boundary by boundary."""
    total[0] = added[0]
    for now in range(1, len(added)):
        np.add(total[now - 1], added[now], out=total[now])


def _add_up_with_remainder(added: Matrix, total: Matrix, remainder: Matrix) -> None:
    """Fill in the running totals, and the running sum of what each rounding left out (Dekker's FastTwoSum).

    The remainder is exact where the total before was the larger, which is where digits are lost; elsewhere it is
    as exact as the amount added.
    """
    total[0], remainder[0] = added[0], 0.0
    lost = np.empty_like(added[0])
    for now in range(1, len(added)):
        np.add(total[now - 1], added[now], out=total[now])
        np.subtract(total[now - 1], total[now], out=lost)
        np.add(lost, added[now], out=lost)
        np.add(remainder[now - 1], lost, out=remainder[now])
