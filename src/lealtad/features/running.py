"""Running totals along time, exact to the last digits of every difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lealtad.features.grid import Matrix, Whole

BLOCK = 4096  # customers: the row of a boundary stays in the nearest cache


@dataclass(frozen=True)
class Running:
    """What the cells of each customer add up to by each boundary, block of customers by block.

    Attributes
    ----------
    total
        Blocks × boundaries × customers of the block.
    remainder
        What the rounding of each total has left out so far (None: nothing, as with counts). It is itself
        summed up, so a window of small amounts after a history of large ones keeps its digits. Seven digits
        of it are kept.
    """

    total: Matrix
    remainder: NDArray[np.float32] | None
    customers: int

    @classmethod
    def of(cls, cells: Iterator[Matrix | Whole], customers: int, boundaries: int, *, whole: bool) -> Running:
        """Add up cells along time.

        Parameters
        ----------
        cells
            For each block of `BLOCK` customers their cells, customers × boundaries (the last block may be short).
        whole
            The cells are small whole numbers, and nothing is rounded.
        """
        shape = (-(-customers // BLOCK), boundaries, min(BLOCK, customers))
        total = np.empty(shape)
        remainder = None if whole else np.empty(shape, dtype=np.float32)
        for block, own in enumerate(cells):
            added = np.zeros(shape[1:])
            added[:, : len(own)] = own.T
            if remainder is None:
                _add_up(added, total[block])
            else:
                _add_up_with_remainder(added, total[block], remainder[block])
        return cls(total, remainder, customers)

    def between(self, opened: Whole | None, now: Whole) -> Matrix:
        """Return what was added from each opening boundary (None: the beginning) to the boundary beside it.

        Customers × pairs of boundaries.
        """
        blocks, _, size = self.total.shape
        found = np.empty((blocks, size, len(now)))
        for block in range(blocks):
            amount = _difference(self.total[block], opened, now)
            if self.remainder is not None:
                amount += _difference(self.remainder[block], opened, now)
            found[block] = amount.T
        return found.reshape(blocks * size, len(now))[: self.customers]

    def at(self, customer: Whole, opened: Whole, now: Whole) -> Matrix:
        """Return what was added to some customers between two boundaries of each."""
        block, within = np.divmod(customer, BLOCK)
        amount: Matrix = self.total[block, now, within] - self.total[block, opened, within]
        if self.remainder is not None:
            amount += self.remainder[block, now, within] - self.remainder[block, opened, within]
        return amount


def _difference(running: NDArray[np.floating], opened: Whole | None, now: Whole) -> NDArray[np.floating]:
    reached = running.take(now, axis=0)
    if opened is not None:
        reached -= running.take(opened, axis=0)
    return reached


def _add_up(added: Matrix, total: Matrix) -> None:
    """Fill the running totals, boundary by boundary."""
    total[0] = added[0]
    for now in range(1, len(added)):
        np.add(total[now - 1], added[now], out=total[now])


def _add_up_with_remainder(added: Matrix, total: Matrix, remainder: NDArray[np.float32]) -> None:
    """Fill the running totals and the sum of what each rounding left out (Knuth's TwoSum)."""
    total[0], remainder[0] = added[0], 0.0
    taken, lost, left = np.empty_like(added[0]), np.empty_like(added[0]), np.zeros_like(added[0])
    for now in range(1, len(added)):
        before, sum_ = total[now - 1], total[now]
        np.add(before, added[now], out=sum_)
        np.subtract(sum_, before, out=taken)
        np.subtract(sum_, taken, out=lost)
        np.subtract(before, lost, out=lost)
        np.subtract(added[now], taken, out=taken)
        lost += taken
        left += lost
        remainder[now] = left
