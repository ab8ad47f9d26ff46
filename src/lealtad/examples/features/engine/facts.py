"""Facts of one table, asked for at every customer and as-of date of a grid at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples.features.engine import newest, reductions
from lealtad.examples.features.engine.arguments import check_half_life, check_nth, check_share, check_window
from lealtad.examples.features.engine.coverage import Coverage
from lealtad.examples.features.engine.decay import sum_with_decay
from lealtad.examples.features.engine.evaluation import Evaluation, divide, take
from lealtad.examples.features.engine.fact_values import FactValues, What, number_kinds
from lealtad.examples.features.engine.grid import DAY, Grid, Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import polars as pl

__all__ = ["DAY", "Facts", "Grid", "Matrix", "divide"]


class Facts:
    """The facts of one table, measured for every customer and as-of date of a grid at once.

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
        The customers and dates to compute.
    clock
        The column with the event time.
    windows
        Every window length in days that will be used.

    Raises
    ------
    DataError
        If the facts lack `customer_id`, `known_at` or the clock column.
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
        self._work = Evaluation(rows, grid, clock, windows)
        self._facts = self._work.facts

    # what adds up

    def count(self, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Count the facts of the window."""
        return self._work.total(self._ask(None, window, where), window)

    def sum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Add up what the facts of the window say; 0 if they say nothing."""
        values = self._ask(what, window, where)
        total = self._work.total(values, window)
        if window is not None:
            total.ravel()[self._work.find_vacated(values.presence, window)] = (
                0.0  # and not what rounding left of late facts
            )
        return total

    def mean(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Average what the facts of the window say; NaN if they say nothing."""
        values = self._ask(what, window, where)
        return divide(self._work.total(values, window), self._work.total(values.presence, window))

    def decaying_sum(self, half_life: float, what: What | None = None, where: pl.Expr | None = None) -> Matrix:
        """Add up 1 per fact (or what it says), halved for every `half_life` days since it happened."""
        check_half_life(half_life)
        return sum_with_decay(self._facts, self.grid, self._ask(what, None, where).weights, half_life)

    # what is reduced

    def spread(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the standard deviation (population) over the window; NaN if the facts say nothing."""
        values = self._ask(what, window, where)
        return self._work.reduce(
            window, values.chosen, lambda cut, facts: reductions.compute_deviation(cut, values.of(facts))
        )

    def slope(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the rise per day by least squares; NaN with fewer than two different times in the window."""
        values, event = self._ask(what, window, where), self._facts.event
        timed = self._work.find_timed(values)
        return self._work.reduce(
            window, timed, lambda cut, facts: reductions.compute_slope(cut, event[facts], values.of(facts))
        )

    def minimum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the smallest value of the window; NaN if the facts say nothing."""
        values = self._ask(what, window, where)
        return self._work.reduce(
            window, values.chosen, lambda cut, facts: cut.reduce(np.minimum, values.of(facts))
        )

    def maximum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the largest value of the window; NaN if the facts say nothing."""
        values = self._ask(what, window, where)
        return self._work.reduce(
            window, values.chosen, lambda cut, facts: cut.reduce(np.maximum, values.of(facts))
        )

    def quantile(self, what: What, q: float, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the quantile (0.5: the median) of the window, interpolated linearly; NaN without a value."""
        check_share(q)
        values = self._ask(what, window, where)
        ascending = self._work.sort_ascending(values)
        return self._work.reduce(
            window, ascending, lambda cut, facts: reductions.compute_quantile(cut, values.of(facts), q)
        )

    def distinct(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Count the different values of the window, of a column or expression of any type; 0 without any."""
        self._announce(what, window, where)
        met = self._work.measure(None, where).has_number
        kind, has_kind = number_kinds(self._facts.rows, what)
        chosen = np.flatnonzero(has_kind if met is None else has_kind & met)
        grouped = chosen[np.lexsort((kind[chosen], self._facts.customer[chosen]))]
        counts = self._work.reduce(window, grouped, lambda cut, facts: reductions.count_changes(cut, kind[facts]))
        return np.nan_to_num(counts, copy=False)

    # what has an order

    def first(self, what: What, where: pl.Expr | None = None) -> Matrix:
        """Return the value of the fact that happened first, of those together the one known last."""
        values = self._ask(what, None, where)
        return take(
            values.of(self._work.all_facts()),
            newest.find_first(self._facts, self._work.coverage(None), values.chosen),
        )

    def last(self, what: What, where: pl.Expr | None = None) -> Matrix:
        """Return the value of the fact that happened last, of those together the one known last."""
        values = self._ask(what, None, where)
        return take(
            values.of(self._work.all_facts()),
            newest.find_last(self._facts, self._work.coverage(None), values.chosen),
        )

    def days_since(self, nth: int = 1, where: pl.Expr | None = None) -> Matrix:
        """Return the days since the newest fact, or since the `nth` newest; NaN if there are fewer."""
        check_nth(nth)
        timed = self._work.find_timed(self._ask(None, None, where))
        return self._work.to_days(newest.find_nth_newest(self._facts, self._work.coverage(None), timed, nth))

    def days_since_first(self, where: pl.Expr | None = None) -> Matrix:
        """Return the days since the fact that happened first; NaN without any."""
        timed = self._work.find_timed(self._ask(None, None, where))
        position = newest.find_first(self._facts, self._work.coverage(None), timed)
        return self._work.to_days(take(self._facts.event, position))

    def rows_behind(
        self, as_of: datetime, window: int | None = None, where: pl.Expr | None = None
    ) -> pl.DataFrame:
        """Return the facts that a window and condition cover at a date, any date.

        One row per fact with all columns of the table, by customer and in the order of becoming known.
        """
        check_window(window, self._windows)
        moment = Grid.of(self.grid.customer_ids, [as_of])
        (covered,) = Coverage.of(self._facts, moment, window).by_date(np.arange(self._facts.rows.height))
        met = self._work.measure(None, where).has_number
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
        return self._work.measure(what, where)
