"""The engine against a compiled loop: one pass over the sorted facts, customer by customer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numba
import numpy as np

from bench.facts import MEASURES, MONTHLY, WINDOWS, Columns, check_equal, company, ours
from bench.rows import Row, ratio_row, take_turns

if TYPE_CHECKING:
    import polars as pl

FACTS = 10_000_000
DAY = timedelta(days=1) // timedelta(microseconds=1)


@numba.njit  # type: ignore[untyped-decorator]
def loop(starts, known, event, values, as_of, windows, boundaries, now, opened):  # type: ignore[no-untyped-def] # noqa: PLR0913, PLR0917, C901
    """Fill measure × window × customer × date.

    A fact adds its values to the interval of boundaries it is known in; at the end of a customer the intervals are
    added up along time, and each window is a difference. A late fact goes to its windows directly.
    """
    customers, dates, measures = len(starts) - 1, len(as_of), len(values) + 1
    found = np.zeros((measures, len(windows), customers, dates))
    total = np.empty((len(boundaries) + 1, measures))
    for customer in range(customers):
        total[:] = 0.0
        cell = 0
        for fact in range(starts[customer], starts[customer + 1]):
            if event[fact] < known[fact]:
                for date in range(dates):
                    if known[fact] < as_of[date]:
                        for window in range(len(windows)):
                            if event[fact] >= as_of[date] - windows[window]:
                                found[0, window, customer, date] += 1.0
                                for measure in range(1, measures):
                                    found[measure, window, customer, date] += values[measure - 1][fact]
                continue
            while cell < len(boundaries) and boundaries[cell] <= known[fact]:
                cell += 1
            total[cell, 0] += 1.0
            for measure in range(1, measures):
                total[cell, measure] += values[measure - 1][fact]
        for boundary in range(1, len(boundaries)):
            for measure in range(measures):
                total[boundary, measure] += total[boundary - 1, measure]
        for measure in range(measures):
            for window in range(len(windows)):
                for date in range(dates):
                    found[measure, window, customer, date] += (
                        total[now[date], measure] - total[opened[window, date], measure]
                    )
    return found


def compiled(rows: pl.DataFrame) -> Columns:
    """Lay out the arguments, run the loop and name its columns."""
    ends = rows["customer_id"].rle().struct.field("len").to_numpy().cumsum()
    as_of = np.array([int(date.timestamp()) * 1_000_000 for date in MONTHLY])
    windows = np.array(WINDOWS) * DAY
    boundaries = np.unique(np.concatenate([as_of, *(as_of - window for window in windows)]))
    found = loop(
        np.concatenate([[0], ends]),
        rows["known_at"].to_physical().to_numpy(),
        rows["ordered_at"].to_physical().to_numpy(),
        tuple(rows[what].to_numpy() for what in MEASURES),
        as_of,
        windows,
        boundaries,
        np.searchsorted(boundaries, as_of),
        np.searchsorted(boundaries, as_of[None, :] - windows[:, None]),
    )
    names = ("count", *MEASURES)
    return {
        f"{name}_{window}": found[measure, number].ravel()
        for measure, name in enumerate(names)
        for number, window in enumerate(WINDOWS)
    }


def run() -> list[Row]:
    """Check that both say the same, which also compiles the loop; then let them take turns."""
    rows = company(FACTS)
    check_equal(ours(rows, MONTHLY), compiled(rows))
    pairs = take_turns(lambda: ours(rows, MONTHLY), lambda: compiled(rows), turns=5)
    return [ratio_row("engine_against_compiled_loop", pairs, "times the time", 2.0, "lower")]
