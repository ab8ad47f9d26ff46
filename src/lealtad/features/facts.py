"""Facts of one table, asked for at every customer and as-of date of a grid at once."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.errors import SettingsError
from lealtad.features import newest, reductions
from lealtad.features.coverage import Coverage
from lealtad.features.grid import DAY, Grid, Mask, Matrix, Whole
from lealtad.features.measured import Measured, What, key, kinds, measured
from lealtad.features.ordered import ALWAYS, OrderedFacts
from lealtad.features.recent import Recent
from lealtad.features.reductions import Segments
from lealtad.features.totals import Cells, Running, decayed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["DAY", "Facts", "Grid", "Matrix", "divided"]


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
        A fact without `known_at` was always known; one without event time is in no window.
    grid
        Where the features are wanted.
    clock
        The column with the event time.
    windows
        Every window length in days that will be asked for.

    Raises
    ------
    SettingsError
        For a window that is not one of `windows`, or not at least a day; for a column that is absent, or holds
        no numbers.

    Examples
    --------
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
            _check_length(window)
        self._facts = OrderedFacts.of(rows, grid, clock)
        self._cells = Cells(self._facts, grid, sorted(self._windows))
        self._runnings = Recent[tuple[Measured, Running]](keeps=8)
        self._coverages = Recent[Coverage](keeps=8)

    # totals

    def count(self, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Count the facts of the window."""
        self._ask(None, window, where)
        return self._total(None, window, where)

    def sum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Add up what the facts of the window say; 0 where they say nothing."""
        self._ask(what, window, where)
        return np.where(self._given(what, window, where) > 0, self._total(what, window, where), 0.0)

    def mean(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Average what the facts of the window say; NaN where they say nothing."""
        self._ask(what, window, where)
        return divided(self._total(what, window, where), self._given(what, window, where))

    def decayed(self, half_life: float, what: What | None = None, where: pl.Expr | None = None) -> Matrix:
        """Add up 1 per fact (or what it says), halved for every `half_life` days since it happened."""
        self._ask(what, None, where)
        if not half_life > 0:
            raise SettingsError(
                place="facts: half_life",
                expected="days, more than 0",
                found=str(half_life),
                mend="Choose after how many days a fact counts half.",
            )
        return decayed(self._facts, self.grid, measured(self._facts.rows, what, where).weights, half_life)

    # reductions

    def spread(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the standard deviation (population) over the window; NaN where the facts say nothing."""
        self._ask(what, window, where)
        one = self._measured(what, where)
        return self._by_date(
            window, self._chosen(one), lambda cut, facts: reductions.deviation(cut, one.of(facts))
        )

    def slope(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return by how much per day the value rises, by least squares; NaN with less than two different times."""
        self._ask(what, window, where)
        one = self._measured(what, where)
        event = self._facts.event
        chosen = self._chosen(one)
        chosen = chosen[event[chosen] != ALWAYS]
        return self._by_date(window, chosen, lambda cut, facts: reductions.slope(cut, event[facts], one.of(facts)))

    def minimum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the smallest value of the window; NaN where the facts say nothing."""
        self._ask(what, window, where)
        one = self._measured(what, where)
        return self._by_date(window, self._chosen(one), lambda cut, facts: cut.reduced(np.minimum, one.of(facts)))

    def maximum(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the largest value of the window; NaN where the facts say nothing."""
        self._ask(what, window, where)
        one = self._measured(what, where)
        return self._by_date(window, self._chosen(one), lambda cut, facts: cut.reduced(np.maximum, one.of(facts)))

    def quantile(self, what: What, q: float, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Return the quantile of the window's values, 0.5 for the median, interpolated linearly; NaN without any."""
        self._ask(what, window, where)
        if not 0 <= q <= 1:
            raise SettingsError(
                place="facts: q", expected="a share from 0 to 1", found=str(q), mend="The median is 0.5."
            )
        one = self._measured(what, where)
        chosen = self._chosen(one)
        chosen = chosen[np.lexsort((one.of(chosen), self._facts.customer[chosen]))]
        return self._by_date(window, chosen, lambda cut, facts: reductions.quantile(cut, one.of(facts), q))

    def distinct(self, what: What, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Count the different values of the window, of a column or expression of any type; 0 without any."""
        self._ask(what, window, where)
        kind, given = kinds(self._facts.rows, what)
        met = measured(self._facts.rows, None, where).given
        chosen = np.flatnonzero(given if met is None else given & met)
        chosen = chosen[np.lexsort((kind[chosen], self._facts.customer[chosen]))]

        def changes(cut: Segments, facts: Whole) -> Matrix:
            new = np.diff(kind[facts], prepend=-1) != 0
            new[cut.start] = True
            return cut.reduced(np.add, new.astype(np.float64))

        return np.nan_to_num(self._by_date(window, chosen, changes), copy=False)

    # order

    def first(self, what: What, where: pl.Expr | None = None) -> Matrix:
        """Return the value of the fact that happened first, of those together the one known last; NaN without any."""
        return self._value_at(newest.first_position, what, where)

    def last(self, what: What, where: pl.Expr | None = None) -> Matrix:
        """Return the value of the fact that happened last, of those together the one known last; NaN without any."""
        return self._value_at(newest.last_position, what, where)

    def days_since(self, nth: int = 1, where: pl.Expr | None = None) -> Matrix:
        """Return the days since the newest fact, or since the `nth` newest; NaN where there are fewer."""
        self._ask(None, None, where)
        given = self._timed(where)
        return self._days(newest.nth_newest(self._facts, self._coverage(None), given, nth))

    def days_since_first(self, where: pl.Expr | None = None) -> Matrix:
        """Return the days since the fact that happened first; NaN without any."""
        self._ask(None, None, where)
        position = newest.first_position(self._facts, self._coverage(None), self._timed(where))
        return self._days(_taken(self._facts.event, position))

    def rows_behind(
        self,
        customer_id: str,
        as_of: datetime,
        window: int | None = None,
        where: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """Return the facts that a measure over a window and condition covers for one customer and date.

        One row per fact, in the order of becoming known, with all columns of the table.
        """
        self._ask(None, window, where)
        number = int(self.grid.customer_ids.search_sorted(customer_id))
        own = self._facts.customer == number
        moment = pl.Series([as_of], dtype=pl.Datetime("us", "UTC")).to_physical()[0]
        own &= self._facts.known < moment
        if window is not None:
            own &= self._facts.event >= moment - window * DAY
        met = measured(self._facts.rows, None, where).given
        return self._facts.rows.filter(own if met is None else own & met)

    # how it is worked out

    def _ask(self, what: What | None, window: int | None, where: pl.Expr | None) -> None:
        """Take note of what a measure is about to read; every public measure says so once."""
        del what, where
        if window is None:
            return
        _check_length(window)
        if window not in self._windows:
            raise SettingsError(
                place="features",
                expected="windows that were announced when the facts were laid out",
                found=f"a window of {window} days",
                mend="Add it to the feature's windows.",
            )

    def _measured(self, what: What | None, where: pl.Expr | None) -> Measured:
        return measured(self._facts.rows, what, where)

    def _chosen(self, one: Measured) -> Whole:
        return np.arange(len(self._facts)) if one.given is None else np.flatnonzero(one.given)

    def _total(self, what: What | None, window: int | None, where: pl.Expr | None) -> Matrix:
        def work_out() -> tuple[Measured, Running]:
            one = self._measured(what, where)
            return one, self._cells.running(one.weights)

        one, running = self._runnings.get((key(what), key(where)), work_out)
        return self._cells.over(running, window, one.weights)

    def _given(self, what: What, window: int | None, where: pl.Expr | None) -> Matrix:
        """Count the facts of the window that say something."""
        one = self._measured(what, where)
        if one.given is None:
            return self._total(None, window, None)
        ones = Measured(None, one.given)
        running = self._cells.running(ones.weights)
        return self._cells.over(running, window, ones.weights)

    def _coverage(self, window: int | None) -> Coverage:
        return self._coverages.get(window, lambda: Coverage.of(self._facts, self.grid, window))

    def _by_date(self, window: int | None, chosen: Whole, reduced: Callable[[Segments, Whole], Matrix]) -> Matrix:
        """Reduce the chosen facts of each customer that the window covers, date by date."""
        columns = []
        for covered in self._coverage(window).by_date(chosen):
            cut = Segments.of(self._facts.customer[covered], self.grid.customers)
            columns.append(cut.placed(reduced(cut, covered)))
        return np.stack(columns, axis=1)

    def _timed(self, where: pl.Expr | None) -> Mask:
        """Return which facts meet the condition and have an event time."""
        timed = self._facts.event != ALWAYS
        met = self._measured(None, where).given
        return timed if met is None else timed & met

    def _value_at(
        self,
        position: Callable[[OrderedFacts, Coverage, Mask | None], Whole],
        what: What,
        where: pl.Expr | None,
    ) -> Matrix:
        self._ask(what, None, where)
        one = self._measured(what, where)
        values = one.of(np.arange(len(self._facts)))
        return _taken(values, position(self._facts, self._coverage(None), one.given))

    def _days(self, instants: Matrix) -> Matrix:
        return (self.grid.as_of[None, :] - instants) / DAY


def divided(numerator: Matrix, denominator: Matrix) -> Matrix:
    """Divide, with NaN where the denominator is 0 or NaN."""
    known = np.nan_to_num(denominator) != 0
    quotient = np.full(np.shape(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=known)
    return quotient


def _taken(values: Matrix | Whole, position: Whole) -> Matrix:
    if not len(values):
        return np.full(position.shape, np.nan)
    return np.where(position == newest.NONE, np.nan, values[position])


def _check_length(window: int) -> None:
    if window < 1:
        raise SettingsError(
            place="facts: window",
            expected="whole days, at least 1, or None for the whole history",
            found=f"{window} days",
            mend="Choose how many days before the as-of date the window opens.",
        )
