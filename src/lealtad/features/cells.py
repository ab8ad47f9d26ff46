"""Facts by cell: one per customer and interval between two neighbouring boundaries."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lealtad.features.grid import DAY, Grid, Matrix, Whole
from lealtad.features.running import Running

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.features.measured import Measured
    from lealtad.features.ordered import OrderedFacts


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
        self._late_pairs: dict[int, tuple[Whole, Whole]] = {}

    def running(self, one: Measured) -> Running:
        """Add up along time what each fact measures."""
        width = len(self._boundaries) + 1
        cells = np.bincount(self._flat, one.weights, minlength=self._grid.customers * width)
        return Running.of(cells.reshape(-1, width)[:, :-1], whole=one.values is None)

    def over(self, running: Running, window: int | None, one: Measured) -> Matrix:
        """Return the total of a window of days (None: of the whole history) per customer and date."""
        if window is None:
            return running.between(None, self._now)
        total = running.between(self._opened(window), self._now)
        late, rows = self.late(window)
        if len(late):
            over = np.bincount(rows, None if one.weights is None else one.weights[late], minlength=total.size)
            total -= over.reshape(total.shape)
        return total

    def late(self, window: int) -> tuple[Whole, Whole]:
        """Return pairs (fact, row) where the fact happened before the window opened and was known only within."""
        if window not in self._late_pairs:
            self._late_pairs[window] = self._pairs(self._opened(window))
        return self._late_pairs[window]

    def _opened(self, window: int) -> Whole:
        """Boundary at which the window of each as-of date opens."""
        return np.searchsorted(self._boundaries, self._grid.as_of - window * DAY)

    @cached_property
    def _cell(self) -> Whole:
        """Cell of each fact: the boundary it is known before, by number (the last cell is after all)."""
        return np.searchsorted(self._boundaries, self._facts.known, side="right")

    @cached_property
    def _flat(self) -> Whole:
        return self._facts.customer * (len(self._boundaries) + 1) + self._cell

    @cached_property
    def _late(self) -> tuple[Whole, Whole]:
        """The facts known in a later cell than they happened in, and the cell they happened in."""
        later = np.flatnonzero(self._facts.event < self._facts.known)
        event_cell = np.searchsorted(self._boundaries, self._facts.event[later], side="right")
        left = event_cell < self._cell[later]
        return later[left], event_cell[left]

    def _pairs(self, opened: Whole) -> tuple[Whole, Whole]:
        late, event_cell = self._late
        cell = self._cell[late]
        first = np.maximum(np.searchsorted(opened, event_cell), np.searchsorted(self._now, cell))
        past = np.searchsorted(opened, cell)
        length = np.maximum(past - first, 0)
        fact = np.repeat(late, length)
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        date = np.repeat(first, length) + within
        return fact, self._facts.customer[fact] * len(self._grid.as_of) + date
