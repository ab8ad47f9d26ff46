"""Facts by cell: one per customer and interval between two neighbouring boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lealtad.features.engine.grid import DAY, Grid, Matrix, Whole
from lealtad.features.engine.running import BLOCK, Running, new_room

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lealtad.features.engine.measured import Measured
    from lealtad.features.engine.ordered import OrderedFacts


@dataclass(frozen=True)
class Late:
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

    Boundaries are the as-of dates, and the dates less each window. A measure is added up per cell and then
    along time, so that one pass over the facts answers all dates and windows, each as the difference of two
    running totals. Totals start anew with every customer. The few facts that were known only in a later cell
    than they happened in would stand in windows which had closed by then; they are taken out one by one.
    """

    def __init__(self, facts: OrderedFacts, grid: Grid, windows: Sequence[int]) -> None:
        self._facts, self._grid = facts, grid
        opened = [grid.as_of - window * DAY for window in windows]
        self._boundaries: Whole = np.unique(np.concatenate([grid.as_of, *opened]))
        self._now: Whole = np.searchsorted(self._boundaries, grid.as_of)
        self._late_facts: dict[int, Late] = {}

    @property
    def room(self) -> int:
        """The bytes that the running totals of one measure take."""
        return max(1, 2 * 8 * self._grid.customers * len(self._boundaries))

    def running(self, one: Measured, spare: Running | None = None) -> Running:
        """Add up along time what each fact measures, in the room of totals that are no longer needed."""
        customers = self._grid.customers
        room = new_room(customers, len(self._boundaries)) if spare is None else spare.room
        return Running.of(self._of_blocks(one), room, customers, whole=one.values is None)

    def over(self, running: Running, window: int | None, one: Measured) -> Matrix:
        """Return the total of a window of days (None: of the whole history) per customer and date."""
        if window is None:
            return running.between(None, self._now)
        total = running.between(self._opened(window), self._now)
        late = self.late(window)
        if len(late.rows):
            total.ravel()[late.rows] -= np.add.reduceat(one.of(late.facts), late.starts)
        return total

    def late(self, window: int) -> Late:
        """Find the facts that happened before the window opened and were known only within."""
        if window not in self._late_facts:
            self._late_facts[window] = self._pairs(self._opened(window))
        return self._late_facts[window]

    def _of_blocks(self, one: Measured) -> Callable[[int], Matrix | Whole]:
        """Return what gives the cells of a block of customers, by its number."""
        width, customers = len(self._boundaries) + 1, self._grid.customers
        bounds = np.append(np.arange(0, customers, BLOCK), customers)
        starts, place, values = self._facts.starts[bounds], self._place, one.values
        if one.chosen is not None:
            starts, place = np.searchsorted(one.chosen, starts), place[one.chosen]
            values = None if values is None else values[one.chosen]

        def cells(block: int) -> Matrix | Whole:
            own = slice(starts[block], starts[block + 1])
            size = bounds[block + 1] - bounds[block]
            filled = np.bincount(place[own], None if values is None else values[own], minlength=size * width)
            return filled.reshape(size, width)[:, :-1]

        return cells

    def _opened(self, window: int) -> Whole:
        """Boundary at which the window of each as-of date opens."""
        return np.searchsorted(self._boundaries, self._grid.as_of - window * DAY)

    @cached_property
    def _cell(self) -> Whole:
        """Cell of each fact: the boundary it is known before, by number (the last cell is after all)."""
        return np.searchsorted(self._boundaries, self._facts.known, side="right")

    @cached_property
    def _place(self) -> Whole:
        """Number of each fact's cell within its block of customers."""
        place: Whole = self._facts.customer % BLOCK
        place *= len(self._boundaries) + 1
        place += self._cell
        return place

    @cached_property
    def _known_late(self) -> tuple[Whole, Whole]:
        """The facts known in a later cell than they happened in, and the cell they happened in."""
        later = np.flatnonzero(self._facts.event < self._facts.known)
        event_cell = np.searchsorted(self._boundaries, self._facts.event[later], side="right")
        left = event_cell < self._cell[later]
        return later[left], event_cell[left]

    def _pairs(self, opened: Whole) -> Late:
        late, event_cell = self._known_late
        cell = self._cell[late]
        first = np.maximum(np.searchsorted(opened, event_cell), np.searchsorted(self._now, cell))
        past = np.searchsorted(opened, cell)
        length = np.maximum(past - first, 0)
        fact = np.repeat(late, length)
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        row = self._facts.customer[fact] * len(self._grid.as_of) + np.repeat(first, length) + within
        order = np.argsort(row, kind="stable")
        rows, starts = np.unique(row[order], return_index=True)
        return Late(rows, fact[order], starts)
