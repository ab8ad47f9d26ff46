"""The engine: running totals per customer and boundary, and differences of two of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Whole = NDArray[np.int64]

DAY = 86_400_000_000  # microseconds
_KEPT_TOTALS = 8  # the latest asked for: a feature asks for few measures, over many windows


@dataclass(frozen=True)
class Grid:
    """The rows of a feature table: every customer of one bucket at every as-of date.

    Attributes
    ----------
    customer_ids
        Sorted, unique.
    as_of
        Microseconds since 1970 (UTC), ascending, unique.
    """

    customer_ids: pl.Series
    as_of: NDArray[np.int64]

    @classmethod
    def of(cls, customer_ids: pl.Series, as_of: Sequence[datetime]) -> Grid:
        """Lay a grid over the customers (any order, repeats allowed) and the dates."""
        dates = pl.Series(sorted(set(as_of)), dtype=pl.Datetime("us", "UTC"))
        return cls(customer_ids.unique().sort(), dates.to_physical().to_numpy())

    @property
    def shape(self) -> tuple[int, int]:
        """Customers × as-of dates."""
        return self.customer_ids.len(), len(self.as_of)

    @property
    def customers(self) -> int:
        """The number of customers."""
        return self.customer_ids.len()


class Facts:
    """One table's facts, asked for at every customer and as-of date of a grid at once.

    Every method returns a float matrix, customers × as-of dates, NaN for null. A fact counts at `as_of`
    if it was *known* before it (`known_at < as_of`). It belongs to a window of `w` days if it *happened*
    in it (`as_of - w <= event time < as_of`).

    Parameters
    ----------
    rows
        Facts with `customer_id` and `known_at`, and the clock column; customers outside the grid are ignored.
    grid
        Where the features are wanted.
    clock
        The column with the event time.
    windows
        Every window length in days that will be asked for.

    Notes
    -----
    Facts fall into cells: one per customer and interval between two neighbouring boundaries (`as_of`, and
    `as_of - w` for each window). A measure is added up per cell and then along time, so one pass over the
    facts answers all dates and windows, each as the difference of two running totals. Totals start anew with
    every customer, so that no sum is ever larger than the customer's own history. The few facts that were
    known only in a later cell than they happened in would stand in windows which had closed by then; they
    are taken out again one by one.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 3, 8)]
    >>> orders = pl.DataFrame({"customer_id": ["a", "a", "b"], "ordered_at": days, "known_at": days,
    ...                        "amount": [5.0, 7.0, 9.0]})
    >>> grid = Grid.of(orders["customer_id"], [datetime(2026, 1, 8, tzinfo=UTC)])
    >>> Facts(orders, grid, "ordered_at", windows=[6]).sum("amount", 6).tolist()
    [[7.0], [0.0]]
    """

    def __init__(self, rows: pl.DataFrame, grid: Grid, clock: str, windows: Sequence[int]) -> None:
        self.grid = grid
        codes = pl.DataFrame({"customer_id": grid.customer_ids}).with_row_index("code")
        placed = rows.join(codes, on="customer_id", how="inner", maintain_order="left")
        ordered = placed.sort("code", "known_at", maintain_order=True)
        self._rows = ordered
        self._customer: Whole = ordered["code"].cast(pl.Int64).to_numpy()
        self._known: Whole = ordered["known_at"].to_physical().to_numpy()
        self._event: Whole = ordered[clock].to_physical().to_numpy()
        opened = [grid.as_of - window * DAY for window in windows]
        self._boundaries: Whole = np.unique(np.concatenate([grid.as_of, *opened]))
        self._now: Whole = np.searchsorted(self._boundaries, grid.as_of)
        self._totals: dict[bytes, Matrix] = {}
        self._late_pairs: dict[int, tuple[Whole, Whole]] = {}

    def count(self, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Count the facts of the window (None: of the whole history)."""
        return self._total(None, window, where)

    def sum(self, what: str | pl.Expr, window: int | None = None, where: pl.Expr | None = None) -> Matrix:
        """Add up a column or a named expression over the window; nulls add nothing, no facts give 0."""
        total = self._total(what, window, where)
        return np.where(self.count(window, where) > 0, total, 0.0)

    def mean(self, what: str | pl.Expr, window: int | None = None) -> Matrix:
        """Average a column or a named expression over the window; NaN where it has no value."""
        n = self.count(window, where=_given(what))
        return divided(self._total(what, window, None), n)

    def spread(self, what: str | pl.Expr, window: int | None = None) -> Matrix:
        """Return the standard deviation (population) over the window; NaN where it has no value."""
        expression = pl.col(what) if isinstance(what, str) else what
        square = (expression**2).alias(f"{expression.meta.output_name()}²")
        mean = self.mean(what, window)
        return np.sqrt(np.maximum(self.mean(square, window) - mean**2, 0.0))

    def decayed(self, half_life: float, what: str | pl.Expr | None = None) -> Matrix:
        """Add up 1 per fact (or the column), halved for every `half_life` days since it happened."""
        rate = np.log(2) / (half_life * DAY)
        closing = np.append(self._boundaries, self._boundaries[-1])[self._cell]
        weight = np.exp(rate * np.minimum(self._event - closing, 0)) * self._values(_measure(what, None))
        total = self._by_cell(weight)
        kept = np.exp(-rate * np.diff(self._boundaries))
        for boundary in range(1, len(self._boundaries)):
            total[boundary] += total[boundary - 1] * kept[boundary - 1]
        return total[self._now].T

    def days_since(self, nth: int = 1) -> Matrix:
        """Return the days since the newest fact, or since the `nth` newest; NaN where there are fewer."""
        return (self.grid.as_of[None, :] - self._nth_newest(nth)) / DAY

    # the cells

    @cached_property
    def _cell(self) -> Whole:
        """Cell of each fact: the boundary it is known before, by number (the last cell is after all)."""
        return np.searchsorted(self._boundaries, self._known, side="right")

    @cached_property
    def _flat_cell(self) -> Whole:
        return self._cell * self.grid.customers + self._customer

    @cached_property
    def _customer_starts(self) -> Whole:
        return np.searchsorted(self._customer, np.arange(self.grid.customers + 1))

    def _by_cell(self, values: Matrix | None) -> Matrix:
        """Add values up per boundary and customer, in that order: what is known before it and not the last."""
        customers, boundaries = self.grid.customers, len(self._boundaries)
        flat = np.bincount(self._flat_cell, weights=values, minlength=(boundaries + 1) * customers)
        return flat.reshape(boundaries + 1, customers)[:-1].astype(np.float64, copy=False)

    def _running(self, what: str | pl.Expr | None, where: pl.Expr | None) -> Matrix:
        """Total per boundary and customer of what is known before it."""
        measure = _measure(what, where)
        key = measure.meta.serialize()
        total = self._totals.pop(key, None)
        if total is None:
            total = self._by_cell(None if what is None and where is None else self._values(measure))
            for boundary in range(1, len(total)):
                total[boundary] += total[boundary - 1]
        self._totals[key] = total
        if len(self._totals) > _KEPT_TOTALS:
            self._totals.pop(next(iter(self._totals)))
        return total

    def _values(self, measure: pl.Expr) -> Matrix:
        filled = measure.cast(pl.Float64).fill_null(0.0).fill_nan(0.0)
        return self._rows.lazy().with_columns(filled.alias("value")).select("value").collect()["value"].to_numpy()

    def _total(self, what: str | pl.Expr | None, window: int | None, where: pl.Expr | None) -> Matrix:
        running = self._running(what, where)
        if window is None:
            return running[self._now].T
        total = running[self._now]
        total -= running[self._opened(window)]
        late, rows = self._late(window)
        if len(late):
            over = np.bincount(rows, self._values(_measure(what, where))[late], minlength=total.size)
            total -= over.reshape(total.shape)
        return total.T

    def _opened(self, window: int) -> Whole:
        """Boundary at which the window of each as-of date opened."""
        starts = self.grid.as_of - window * DAY
        opened = np.searchsorted(self._boundaries, starts)
        if not np.array_equal(self._boundaries[opened], starts):
            raise SettingsError(
                place="features",
                expected="windows that were announced when the facts were laid out",
                found=f"a window of {window} days",
                mend="Add it to the feature's windows.",
            )
        return opened

    # facts recorded late

    @cached_property
    def _event_cell(self) -> Whole:
        return np.searchsorted(self._boundaries, self._event, side="right")

    def _late(self, window: int) -> tuple[Whole, Whole]:
        """Pairs (fact, row) where the fact happened before the window opened and was known only within it."""
        if window not in self._late_pairs:
            self._late_pairs[window] = self._pairs(self._opened(window))
        return self._late_pairs[window]

    def _pairs(self, opened: Whole) -> tuple[Whole, Whole]:
        late = np.flatnonzero(self._event_cell < self._cell)
        cell, event_cell = self._cell[late], self._event_cell[late]
        first = np.maximum(np.searchsorted(opened, event_cell), np.searchsorted(self._now, cell))
        past = np.searchsorted(opened, cell)
        length = np.maximum(past - first, 0)
        fact = np.repeat(late, length)
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        date = np.repeat(first, length) + within
        return fact, date * self.grid.customers + self._customer[fact]

    # order within a customer

    def _end_position(self) -> Whole:
        """Position after the last fact that is known before each as-of date."""
        return self._customer_starts[:-1, None] + self.count().astype(np.int64)

    @cached_property
    def _in_order(self) -> bool:
        """Whether every customer's facts became known in the order in which they happened."""
        same = self._customer[1:] == self._customer[:-1]
        return bool((self._event[1:] >= self._event[:-1])[same].all())

    def _nth_newest(self, nth: int) -> Matrix:
        """Event time of the `nth` newest known fact; NaN where there are fewer."""
        starts, ends = self._customer_starts[:-1, None], self._end_position()
        position = ends - nth
        there = position >= starts
        event = self._event[np.where(there, position, 0)] if len(self._event) else np.zeros(there.shape)
        newest = np.where(there, event.astype(np.float64), np.nan)
        if not self._in_order:
            self._reorder(newest, ends, nth)
        return newest

    def _reorder(self, newest: Matrix, ends: Whole, nth: int) -> None:
        """Correct the rows of customers whose facts became known out of order."""
        same = self._customer[1:] == self._customer[:-1]
        swapped = (self._event[1:] < self._event[:-1]) & same
        for code in np.unique(self._customer[1:][swapped]):
            start = self._customer_starts[code]
            for date, end in enumerate(ends[code]):
                if end - start >= nth:
                    newest[code, date] = np.partition(self._event[start:end], end - start - nth)[-nth]


def divided(numerator: Matrix, denominator: Matrix) -> Matrix:
    """Divide, with NaN where the denominator is 0 or NaN."""
    known = np.nan_to_num(denominator) != 0
    quotient = np.full(np.shape(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=known)
    return quotient


def _measure(what: str | pl.Expr | None, where: pl.Expr | None) -> pl.Expr:
    value = pl.lit(1.0) if what is None else pl.col(what) if isinstance(what, str) else what
    return value if where is None else pl.when(where).then(value)


def _given(what: str | pl.Expr) -> pl.Expr:
    expression = pl.col(what) if isinstance(what, str) else what
    return expression.is_not_null()
