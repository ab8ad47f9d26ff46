"""Running totals along time, exact to the last digits of every difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.features.grid import Matrix, Whole

_BLOCK = 4096  # customers: a boundary's row of them stays in the nearest cache


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
    def of(cls, cells: Matrix | Whole, *, whole: bool) -> Running:
        """Add up cells (customers × boundaries) along time; `whole`: they are small whole numbers."""
        customers, boundaries = cells.shape
        size = max(min(_BLOCK, customers), 1)
        blocks = -(-customers // size)
        total = np.zeros((blocks, boundaries, size))
        remainder = None if whole else np.zeros(total.shape, dtype=np.float32)
        for block in range(blocks):
            own = cells[block * size : (block + 1) * size]
            added = np.zeros((boundaries, size))
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


def _difference(running: NDArray[np.floating], opened: Whole | None, now: Whole) -> NDArray[np.floating]:
    reached = running[now]
    if opened is not None:
        reached -= running[opened]
    return reached


def _add_up(added: Matrix, total: Matrix) -> None:
    """Fill the running totals, boundary by boundary."""
    total[0] = added[0]
    for now in range(1, len(added)):
        np.add(total[now - 1], added[now], out=total[now])


def _add_up_with_remainder(added: Matrix, total: Matrix, remainder: NDArray[np.float32]) -> None:
    """Fill the running totals and the sum of what each rounding left out (Knuth's TwoSum)."""
    total[0] = added[0]
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
