"""Facts by cell: one per customer and interval between two neighbouring boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples.features.engine.grid import DAY, Grid, Matrix, Whole
from lealtad.examples.features.engine.running import BLOCK, RunningTotals, allocate_room
from lealtad.examples.features.engine.side_by_side import for_each

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lealtad.examples.features.engine.fact_values import FactValues
    from lealtad.examples.features.engine.ordered import OrderedFacts


@dataclass(frozen=True)
class LateFacts:
    """Facts that stand in windows which had closed before they happened.

    Attributes
    ----------
    rows
        The rows (customer × date, counted on) whose window holds such facts.
    facts, starts
        Their positions, row by row, and where each row's begin.
    """

    rows: Whole
    facts: Whole
    starts: Whole


class Cells:
    """The cells of a grid's facts, by when they were known, and what was known late.

    Boundaries are the as-of dates, and the dates less each window. A measure is added up per cell and then along
    time. One pass over the facts answers all dates and windows, each as the difference of two running totals.
    Totals start again with every customer. A few facts were known only in a later cell than they happened in. They
    would count in windows that had closed by then, so they are taken out one by one.
    """

    def __init__(self, facts: OrderedFacts, grid: Grid, windows: Sequence[int]) -> None:
        self._facts, self._grid = facts, grid
        opened = [grid.as_of - window * DAY for window in windows]
        self._boundaries: Whole = np.unique(np.concatenate([grid.as_of, *opened]))
        self._now: Whole = np.searchsorted(self._boundaries, grid.as_of)
        self._late_facts: dict[int, LateFacts] = {}

    @property
    def room(self) -> int:
        """The bytes that the running totals of one measure take."""
        return max(1, 2 * 8 * self._grid.customers * len(self._boundaries))

    def running(self, one: FactValues, spare: RunningTotals | None = None) -> RunningTotals:
        """Add up along time what each fact measures, in the room of totals that are no longer needed."""
        customers = self._grid.customers
        room = allocate_room(customers, len(self._boundaries)) if spare is None else spare.room
        return RunningTotals.of(self._of_blocks(one), room, customers, whole=one.values is None)

    def over(self, running: RunningTotals, window: int | None, one: FactValues) -> Matrix:
        """Return the total of a window of days (None: of the whole history) per customer and date."""
        if window is None:
            return running.between(None, self._now)
        total = running.between(self._find_opening(window), self._now)
        late = self.late(window)
        if len(late.rows):
            total.ravel()[late.rows] -= np.add.reduceat(one.of(late.facts), late.starts)
        return total

    def late(self, window: int) -> LateFacts:
        """Find the facts that happened before the window opened and were known only within."""
        if window not in self._late_facts:
            self._late_facts[window] = self._pairs(self._find_opening(window))
        return self._late_facts[window]

    def _of_blocks(self, one: FactValues) -> Callable[[int], Matrix | Whole]:
        """Return what gives the cells of a block of customers, by its number."""
        width, abreast, bounds = len(self._boundaries) + 1, self._abreast, self._bounds
        starts, place, values = self._facts.starts[bounds], self._cell_numbers[1], one.values
        if one.chosen is not None:
            starts, place = np.searchsorted(one.chosen, starts), place[one.chosen]
            values = None if values is None else values[one.chosen]

        def cells(block: int) -> Matrix | Whole:
            own = slice(starts[block], starts[block + 1])
            filled = np.bincount(place[own], None if values is None else values[own], minlength=width * abreast)
            return filled.reshape(width, abreast)[:-1, : bounds[block + 1] - bounds[block]]

        return cells

    def _find_opening(self, window: int) -> Whole:
        """Boundary at which the window of each as-of date opens."""
        return np.searchsorted(self._boundaries, self._grid.as_of - window * DAY)

    @cached_property
    def _cell_numbers(self) -> tuple[Whole, Whole]:
        """Number of each fact's cell among those of its customer, and among those of its block of customers.

        The cell is the boundary the fact is known before; the last cell is after all.
        """
        customer, known_at, starts = self._facts.customer, self._facts.known_at, self._facts.starts[self._bounds]
        cell, place = np.empty((2, len(known_at)), np.int64)

        def fill(block: int) -> None:
            own = slice(starts[block], starts[block + 1])
            cell[own] = np.searchsorted(self._boundaries, known_at[own], side="right")
            place[own] = cell[own] * self._abreast + (customer[own] - block * BLOCK)

        for_each(len(starts) - 1, fill)
        return cell, place

    @property
    def _bounds(self) -> Whole:
        """The first customer of each block, and how many there are."""
        return np.append(np.arange(0, self._grid.customers, BLOCK), self._grid.customers)

    @property
    def _abreast(self) -> int:
        """The customers whose cells of one interval stand side by side."""
        return min(BLOCK, self._grid.customers)

    @cached_property
    def _late_cells(self) -> tuple[Whole, Whole]:
        """The facts known in a later cell than they happened in, and the cell they happened in."""
        later = np.flatnonzero(self._facts.event < self._facts.known_at)
        event_cell = np.searchsorted(self._boundaries, self._facts.event[later], side="right")
        is_late = event_cell < self._cell_numbers[0][later]
        return later[is_late], event_cell[is_late]

    def _pairs(self, opened: Whole) -> LateFacts:
        late, event_cell = self._late_cells
        cell = self._cell_numbers[0][late]
        first = np.maximum(np.searchsorted(opened, event_cell), np.searchsorted(self._now, cell))
        past = np.searchsorted(opened, cell)
        length = np.maximum(past - first, 0)
        fact = np.repeat(late, length)
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        row = self._facts.customer[fact] * len(self._grid.as_of) + np.repeat(first, length) + within
        order = np.argsort(row, kind="stable")
        rows, starts = np.unique(row[order], return_index=True)
        return LateFacts(rows, fact[order], starts)
