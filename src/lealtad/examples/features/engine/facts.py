"""Facts of one table, asked for at every customer and as-of date of a grid at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples.features.engine import newest, reductions
from lealtad.examples.features.engine.arguments import check_half_life, check_nth, check_share, check_window
from lealtad.examples.features.engine.cells import Cells
from lealtad.examples.features.engine.coverage import Coverage
from lealtad.examples.features.engine.decay import sum_with_decay
from lealtad.examples.features.engine.fact_values import (
    FactValues,
    What,
    identify_question,
    measure_facts,
    number_kinds,
)
from lealtad.examples.features.engine.grid import DAY, Grid, Matrix, Whole
from lealtad.examples.features.engine.ordered import ALWAYS, OrderedFacts
from lealtad.examples.features.engine.recent import AnswerCache
from lealtad.examples.features.engine.reductions import Segments
from lealtad.examples.features.engine.running import RunningTotals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import polars as pl

__all__ = ["DAY", "Facts", "Grid", "Matrix", "divide"]

_KEPT = 12  # measures: a feature asks for one per stage or channel at most, over many windows
_ROOM = 2**28  # bytes: fewer running totals are kept, but two, where they would take more


class Facts:
    """One table's facts, asked for at every customer and as-of date of a grid at once.

    Every measure returns a float matrix, customers × as-of dates, NaN for null. A fact counts at `as_of`
    if it was *known* before it (`known_at < as_of`). It belongs to a window of `w` days if it *happened*
    in it (`as_of - w <= event time < as_of`); a window of None is the whole history.

    Every measure takes `where`, a condition on the facts; null is no. `what` is a column or an expression of
    numbers, booleans or instants (microseconds); where it is null, NaN or infinite, the fact is passed over.
    An expression over the rows of one customer must look back only: rows are sorted by customer, when they
    were known, and when they happened.

    Parameters
    ----------
    rows
        Facts with `customer_id` and `known_at`, and the clock column; customers outside the grid are ignored.
        A fact without `known_at` was always known; one without event time is in no window. A fact with `until` is
        taken back from then on. Measures that reduce facts or need their order pass over it. Sums and counts keep
        it, and another fact counts against it.
    grid
        Where the features are wanted.
    clock
        The column with the event time.
    windows
        Every window length in days that will be asked for.

    Raises
    ------
    DataError
        If the facts lack `customer_id`, `known_at` or the clock.
    SettingsError
        For a window that is not one of `windows`, or not at least a day; for a column that is absent, or holds
        no numbers.

    Notes
    -----
    What can be added up (counts, sums, means) comes from running totals, all dates and windows in one pass; see
    `Cells`. Everything else is a segmented reduction of the facts that a window covers, date by date.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import UTC, datetime
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 3, 8)]
    >>> orders = pl.DataFrame({"customer_id": ["a", "a", "b"], "ordered_at": days, "known_at": days,
    ...                        "amount": [5.0, 7.0, 9.0]})
    >>> grid = Grid.of(orders["customer_id"], [datetime(2026, 1, 8, tzinfo=UTC)])
    >>> facts = Facts(orders, grid, "ordered_at", windows=[6])
    >>> facts.sum("amount", 6).tolist()
    [[7.0], [0.0]]
    >>> facts.last("amount").tolist()
    [[7.0], [nan]]
    """

    def __init__(self, rows: pl.DataFrame, grid: Grid, clock: str, windows: Sequence[int]) -> None:
        self.grid = grid
        self._windows = frozenset(windows)
        for window in windows:
            check_window(window, self._windows)
        self._facts = OrderedFacts.of(rows, grid, clock)
        self._cells = Cells(self._facts, grid, sorted(self._windows))
        self._measures = AnswerCache[FactValues](_KEPT)
        self._runnings = AnswerCache[RunningTotals](min(_KEPT, max(2, _ROOM // self._cells.room)))
        self._coverages = AnswerCache[Coverage](4)
        self._ascendings = AnswerCache[Whole](1)
        self._empty = AnswerCache[Whole](_KEPT * _KEPT)

    # what adds up

    def count(self, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Count the facts of the window."""
        return self._total(self._ask(None, window, where), window)

    def sum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Add up what the facts of the window say; 0 where they say nothing."""
        values = self._ask(what, window, where)
        total = self._total(values, window)
        if window is not None:
            total.ravel()[self._find_vacated(values.presence, window)] = (
                0.0  # and not what rounding left of late facts
            )
        return total

    def mean(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Average what the facts of the window say; NaN where they say nothing."""
        values = self._ask(what, window, where)
        return divide(self._total(values, window), self._total(values.presence, window))

    def decaying_sum(self, half_life: float, what: What | None = None, where: pl.Expr | None = None) -> Matrix:
        """Add up 1 per fact (or what it says), halved for every `half_life` days since it happened."""
        check_half_life(half_life)
        return sum_with_decay(self._facts, self.grid, self._ask(what, None, where).weights, half_life)

    # what is reduced

    def spread(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the standard deviation (population) over the window; NaN where the facts say nothing."""
        values = self._ask(what, window, where)
        return self._reduce(
            window, values.chosen, lambda cut, facts: reductions.compute_deviation(cut, values.of(facts))
        )

    def slope(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the rise per day by least squares; NaN with fewer than two different times in the window."""
        values, event = self._ask(what, window, where), self._facts.event
        timed = self._find_timed(values)
        return self._reduce(
            window, timed, lambda cut, facts: reductions.compute_slope(cut, event[facts], values.of(facts))
        )

    def minimum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the smallest value of the window; NaN where the facts say nothing."""
        values = self._ask(what, window, where)
        return self._reduce(window, values.chosen, lambda cut, facts: cut.reduce(np.minimum, values.of(facts)))

    def maximum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the largest value of the window; NaN where the facts say nothing."""
        values = self._ask(what, window, where)
        return self._reduce(window, values.chosen, lambda cut, facts: cut.reduce(np.maximum, values.of(facts)))

    def quantile(self, what: What, q: float, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the quantile (0.5: the median) of the window, interpolated linearly; NaN without a value."""
        check_share(q)
        values = self._ask(what, window, where)
        ascending = self._ascendings.get(values.question, lambda: self._sort_ascending(values))
        return self._reduce(
            window, ascending, lambda cut, facts: reductions.compute_quantile(cut, values.of(facts), q)
        )

    def distinct(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Count the different values of the window, of a column or expression of any type; 0 without any."""
        self._announce(what, window, where)
        met = self._measured(None, where).given
        kind, has_kind = number_kinds(self._facts.rows, what)
        chosen = np.flatnonzero(has_kind if met is None else has_kind & met)
        grouped = chosen[np.lexsort((kind[chosen], self._facts.customer[chosen]))]
        counts = self._reduce(window, grouped, lambda cut, facts: reductions.count_changes(cut, kind[facts]))
        return np.nan_to_num(counts, copy=False)

    # what has an order

    def first(self, what: What, where: pl.Expr | None = None) -> Matrix:
        """Return the value of the fact that happened first, of those together the one known last."""
        values = self._ask(what, None, where)
        return _take(
            values.of(self._all_facts()), newest.find_first(self._facts, self._coverage(None), values.chosen)
        )

    def last(self, what: What, where: pl.Expr | None = None) -> Matrix:
        """Return the value of the fact that happened last, of those together the one known last."""
        values = self._ask(what, None, where)
        return _take(
            values.of(self._all_facts()), newest.find_last(self._facts, self._coverage(None), values.chosen)
        )

    def days_since(self, nth: int = 1, where: pl.Expr | None = None) -> Matrix:
        """Return the days since the newest fact, or since the `nth` newest; NaN where there are fewer."""
        check_nth(nth)
        timed = self._find_timed(self._ask(None, None, where))
        return self._to_days(newest.find_nth_newest(self._facts, self._coverage(None), timed, nth))

    def days_since_first(self, where: pl.Expr | None = None) -> Matrix:
        """Return the days since the fact that happened first; NaN without any."""
        timed = self._find_timed(self._ask(None, None, where))
        position = newest.find_first(self._facts, self._coverage(None), timed)
        return self._to_days(_take(self._facts.event, position))

    def rows_behind(
        self, customer_id: str, as_of: datetime, window: int | None = None, where: pl.Expr | None = None
    ) -> pl.DataFrame:
        """Return the facts that a window and condition cover for one customer and date, any date.

        One row per fact with all columns of the table, in the order of becoming known.
        """
        check_window(window, self._windows)
        moment = Grid.of(self.grid.customer_ids, [as_of])
        of = (self._facts.rows["customer_id"] == customer_id).to_numpy()
        (covered,) = Coverage.of(self._facts, moment, window).by_date(np.flatnonzero(of))
        met = self._measured(None, where).given
        return self._facts.rows[covered if met is None else covered[met[covered]]]

    # how it is worked out

    def _announce(self, what: What | None, window: int | None, where: pl.Expr | None) -> None:
        """Say what a measure is about to read: which values, over which window, under which condition.

        Every public measure says it here, once; who wants to know which facts stand behind a value listens here.
        """
        del what, where
        check_window(window, self._windows)

    def _ask(self, what: What | None, window: int | None, where: pl.Expr | None) -> FactValues:
        self._announce(what, window, where)
        return self._measured(what, where)

    def _measured(self, what: What | None, where: pl.Expr | None) -> FactValues:
        return self._measures.get(
            identify_question(what, where), partial(measure_facts, self._facts.rows, what, where)
        )

    def _total(self, one: FactValues, window: int | None) -> Matrix:
        return self._cells.over(self._running(one), window, one)

    def _running(self, one: FactValues) -> RunningTotals:
        return self._runnings.get(one.question, lambda: self._cells.running(one, self._runnings.spare()))

    def _find_vacated(self, present: FactValues, window: int) -> Whole:
        """Return the rows whose window is empty for all the facts that were taken out of it as late."""

        def work_out() -> Whole:
            rows = self._cells.late(window).rows
            return rows[self._total(present, window).ravel()[rows] == 0] if len(rows) else rows

        return self._empty.get((present.question, window), work_out)

    def _coverage(self, window: int | None) -> Coverage:
        return self._coverages.get(window, lambda: Coverage.of(self._facts, self.grid, window))

    def _reduce(
        self, window: int | None, chosen: Whole | None, how: Callable[[Segments, Whole], Matrix]
    ) -> Matrix:
        """Reduce the chosen facts of each customer (None: all) that the window covers, date by date."""
        columns = []
        for covered in self._coverage(window).by_date(self._all_facts() if chosen is None else chosen):
            cut = Segments.of(self._facts.customer[covered], self.grid.customers)
            columns.append(cut.place(how(cut, covered)))
        return np.stack(columns, axis=1)

    def _sort_ascending(self, one: FactValues) -> Whole:
        """Return the facts that have a number by customer, and of each from the smallest number to the largest."""
        chosen = self._all_facts() if one.chosen is None else one.chosen
        return chosen[np.lexsort((one.of(chosen), self._facts.customer[chosen]))]

    def _all_facts(self) -> Whole:
        return np.arange(len(self._facts))

    def _find_timed(self, one: FactValues) -> Whole | None:
        """Return the facts that have a number and an event time (None: all)."""
        timed = self._facts.event != ALWAYS
        if timed.all():
            return one.chosen
        return np.flatnonzero(timed if one.given is None else timed & one.given)

    def _to_days(self, instants: Matrix) -> Matrix:
        return (self.grid.as_of[None, :] - instants) / DAY


def divide(numerator: Matrix, denominator: Matrix) -> Matrix:
    """Divide, with NaN where the denominator is 0 or NaN."""
    is_defined = np.nan_to_num(denominator) != 0
    quotient = np.full(np.shape(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=is_defined)
    return quotient


def _take(values: Matrix | Whole, position: Whole) -> Matrix:
    """Return the values at positions, NaN where there is none."""
    if not len(values):
        return np.full(position.shape, np.nan)
    return np.where(position == newest.NONE, np.nan, values[position])
