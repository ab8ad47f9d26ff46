"""Running totals per customer and boundary: every window is the difference of two of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lealtad.features.grid import DAY, Grid, Matrix, Whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.features.ordered import OrderedFacts


@dataclass(frozen=True)
class Running:
    """What a customer's facts add up to by each boundary: a rounded total, and what the rounding left out."""

    total: Matrix
    remainder: Matrix

    def between(self, opened: Whole, now: Whole) -> Matrix:
        """Return what was added from some boundaries to others."""
        total = self.total[:, now] - self.total[:, opened]
        return total + (self.remainder[:, now] - self.remainder[:, opened])

    def until(self, now: Whole) -> Matrix:
        """Return what was added before some boundaries."""
        return self.total[:, now] + self.remainder[:, now]


class Cells:
    """Facts by cell: one per customer and interval between two neighbouring boundaries.

    Boundaries are the as-of dates, and the dates less each window. A measure is added up per cell and then
    along time, so one pass over the facts answers all dates and windows. Totals start anew with every customer
    and carry their own rounding error along, so that a sum is exact to the last digits of its window however
    long or large the history before it. The few facts that were known only in a later cell than they
    happened in would stand in windows which had closed by then; they are taken out again one by one.
    """

    def __init__(self, facts: OrderedFacts, grid: Grid, windows: Sequence[int]) -> None:
        self._facts = facts
        self._grid = grid
        opened = [grid.as_of - window * DAY for window in windows]
        self._boundaries: Whole = np.unique(np.concatenate([grid.as_of, *opened]))
        self._now: Whole = np.searchsorted(self._boundaries, grid.as_of)
        self._late_pairs: dict[int, tuple[Whole, Whole]] = {}

    def running(self, weights: Matrix | None) -> Running:
        """Add up what each fact adds (None: 1) along time."""
        width = len(self._boundaries) + 1
        cells = np.bincount(self._flat, weights, minlength=self._grid.customers * width)
        by_cell = cells.reshape(-1, width)[:, :-1].astype(np.float64)
        total = by_cell.cumsum(axis=1)
        before = np.zeros_like(total)
        before[:, 1:] = total[:, :-1]
        added = total - before
        rounding = (before - (total - added)) + (by_cell - added)
        return Running(total, rounding.cumsum(axis=1))

    def over(self, running: Running, window: int | None, weights: Matrix | None) -> Matrix:
        """Return the total of a window of days (None: of the whole history) per customer and date."""
        if window is None:
            return running.until(self._now)
        total = running.between(np.searchsorted(self._boundaries, self._grid.as_of - window * DAY), self._now)
        late, rows = self._late(window)
        if len(late):
            over = np.bincount(rows, None if weights is None else weights[late], minlength=total.size)
            total -= over.reshape(total.shape)
        return total

    @cached_property
    def _cell(self) -> Whole:
        """Cell of each fact: the boundary it is known before, by number (the last cell is after all)."""
        return np.searchsorted(self._boundaries, self._facts.known, side="right")

    @cached_property
    def _flat(self) -> Whole:
        return self._facts.customer * (len(self._boundaries) + 1) + self._cell

    def _late(self, window: int) -> tuple[Whole, Whole]:
        """Pairs (fact, row) where the fact happened before the window opened and was known only within it."""
        if window not in self._late_pairs:
            opened = np.searchsorted(self._boundaries, self._grid.as_of - window * DAY)
            self._late_pairs[window] = self._pairs(opened)
        return self._late_pairs[window]

    @cached_property
    def _event_cell(self) -> Whole:
        return np.searchsorted(self._boundaries, self._facts.event, side="right")

    def _pairs(self, opened: Whole) -> tuple[Whole, Whole]:
        late = np.flatnonzero(self._event_cell < self._cell)
        cell, event_cell = self._cell[late], self._event_cell[late]
        first = np.maximum(np.searchsorted(opened, event_cell), np.searchsorted(self._now, cell))
        past = np.searchsorted(opened, cell)
        length = np.maximum(past - first, 0)
        fact = np.repeat(late, length)
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        date = np.repeat(first, length) + within
        return fact, self._facts.customer[fact] * len(self._grid.as_of) + date


def decayed(facts: OrderedFacts, grid: Grid, weights: Matrix | None, half_life: float) -> Matrix:
    """Add up what each fact adds, halved for every `half_life` days since it happened."""
    rate = np.log(2) / (half_life * DAY)
    dates = len(grid.as_of)
    cell = np.searchsorted(grid.as_of, facts.known, side="right")
    closing = np.append(grid.as_of, grid.as_of[-1:])[cell]
    faded = np.exp(rate * np.minimum(facts.event - closing, 0))
    flat = facts.customer * (dates + 1) + cell
    by_cell = np.bincount(flat, faded if weights is None else faded * weights, (dates + 1) * grid.customers)
    total = by_cell.reshape(grid.customers, dates + 1)[:, :-1].astype(np.float64)
    kept = np.exp(-rate * np.diff(grid.as_of))
    for date in range(1, dates):
        total[:, date] += total[:, date - 1] * kept[date - 1]
    return total
