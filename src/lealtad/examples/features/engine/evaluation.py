"""How measures of facts are worked out: one pass over the cells, or segment by segment, with the answers kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples.features.engine import newest
from lealtad.examples.features.engine.cells import Cells
from lealtad.examples.features.engine.coverage import Coverage
from lealtad.examples.features.engine.fact_values import FactValues, identify_question, measure_facts
from lealtad.examples.features.engine.grid import DAY, Whole
from lealtad.examples.features.engine.ordered import ALWAYS, OrderedFacts
from lealtad.examples.features.engine.recent import AnswerCache
from lealtad.examples.features.engine.reductions import Segments
from lealtad.examples.features.engine.running import RunningTotals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from lealtad.examples.features.engine.fact_values import What
    from lealtad.examples.features.engine.grid import Grid, Matrix

_KEPT = 12  # measures: a feature asks for one per stage or channel at most, over many windows
_ROOM = 2**28  # bytes: fewer running totals are kept, but two, where they would take more


class Evaluation:
    """One table's facts over a grid, and what the measures of them share.

    Parameters
    ----------
    rows, grid, clock, windows
        As for `Facts`.
    """

    def __init__(self, rows: pl.DataFrame, grid: Grid, clock: str, windows: Sequence[int]) -> None:
        self.facts = OrderedFacts.of(rows, grid, clock)
        self._grid = grid
        self._cells = Cells(self.facts, grid, sorted(set(windows)))
        self._measures = AnswerCache[FactValues](_KEPT)
        self._runnings = AnswerCache[RunningTotals](min(_KEPT, max(2, _ROOM // self._cells.room)))
        self._coverages = AnswerCache[Coverage](4)
        self._ascendings = AnswerCache[Whole](1)
        self._empty = AnswerCache[Whole](_KEPT * _KEPT)

    def measure(self, what: What | None, where: pl.Expr | None) -> FactValues:
        """Return what the facts measure, kept from the last time it was asked."""
        return self._measures.get(
            identify_question(what, where), partial(measure_facts, self.facts.rows, what, where)
        )

    def total(self, values: FactValues, window: int | None) -> Matrix:
        """Add up what the facts of a window measure."""
        return self._cells.over(self._running(values), window, values)

    def _running(self, values: FactValues) -> RunningTotals:
        return self._runnings.get(values.question, lambda: self._cells.running(values, self._runnings.spare()))

    def find_vacated(self, present: FactValues, window: int) -> Whole:
        """Return the rows whose window is empty for all the facts that were taken out of it as late."""

        def work_out() -> Whole:
            rows = self._cells.late(window).rows
            return rows[self.total(present, window).ravel()[rows] == 0] if len(rows) else rows

        return self._empty.get((present.question, window), work_out)

    def coverage(self, window: int | None) -> Coverage:
        """Return which facts a window covers at each date."""
        return self._coverages.get(window, lambda: Coverage.of(self.facts, self._grid, window))

    def reduce(self, window: int | None, chosen: Whole | None, how: Callable[[Segments, Whole], Matrix]) -> Matrix:
        """Reduce the chosen facts of each customer (None: all) that the window covers, date by date."""
        columns = []
        for covered in self.coverage(window).by_date(self.all_facts() if chosen is None else chosen):
            cut = Segments.of(self.facts.customer[covered], self._grid.customers)
            columns.append(cut.place(how(cut, covered)))
        return np.stack(columns, axis=1)

    def sort_ascending(self, values: FactValues) -> Whole:
        """Return the facts that have a number by customer, and of each from the smallest number to the largest."""

        def work_out() -> Whole:
            chosen = self.all_facts() if values.chosen is None else values.chosen
            return chosen[np.lexsort((values.of(chosen), self.facts.customer[chosen]))]

        return self._ascendings.get(values.question, work_out)

    def all_facts(self) -> Whole:
        """Return the positions of all facts."""
        return np.arange(len(self.facts))

    def find_timed(self, values: FactValues) -> Whole | None:
        """Return the facts that have a number and an event time (None: all)."""
        timed = self.facts.event != ALWAYS
        if timed.all():
            return values.chosen
        return np.flatnonzero(timed if values.has_number is None else timed & values.has_number)

    def to_days(self, instants: Matrix) -> Matrix:
        """Return the days from instants to the as-of dates."""
        return (self._grid.as_of[None, :] - instants) / DAY


def divide(numerator: Matrix, denominator: Matrix) -> Matrix:
    """Divide, with NaN where the denominator is 0 or NaN."""
    is_defined = np.nan_to_num(denominator) != 0
    quotient = np.full(np.shape(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=is_defined)
    return quotient


def take(values: Matrix | Whole, position: Whole) -> Matrix:
    """Return the values at positions, NaN if there is none."""
    if not len(values):
        return np.full(position.shape, np.nan)
    return np.where(position == newest.NONE, np.nan, values[position])
