"""The engine against compiled loops: one pass over the sorted facts, customer by customer, in two ways."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import numba
import numpy as np

from bench.facts import MEASURES, MONTHLY, WINDOWS, Columns, check_equal, compute_columns, draw_company
from bench.rows import Row, build_ratio_row, take_turns

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from numpy.typing import NDArray

FACTS = 10_000_000
DAY = timedelta(days=1) // timedelta(microseconds=1)


@numba.njit
def sum_directly(starts, known_at, event, values, as_of, windows):  # type: ignore[no-untyped-def] # noqa: PLR0913, PLR0917
    """Fill measure × window × customer × date: add each fact to every date and window that covers it."""
    sums = np.zeros((len(values) + 1, len(windows), len(starts) - 1, len(as_of)))
    for customer in range(len(starts) - 1):
        for fact in range(starts[customer], starts[customer + 1]):
            _add(sums, customer, fact, known_at, event, values, as_of, windows)
    return sums


@numba.njit
def sum_by_cells(starts, known_at, event, values, as_of, windows):  # type: ignore[no-untyped-def] # noqa: PLR0913, PLR0917
    """Fill measure × window × customer × date as the engine does.

    Each fact is added to the interval of boundaries in which it becomes known. At the end of a customer the
    intervals are accumulated over time, with the rounding error kept apart. Each window is a difference of two
    totals. Late facts are added to their windows directly.
    """
    boundaries = np.unique(np.concatenate((as_of, (as_of - windows.reshape(-1, 1)).ravel())))
    now = np.searchsorted(boundaries, as_of)
    opened = np.searchsorted(boundaries, (as_of - windows.reshape(-1, 1)).ravel())
    measures = len(values) + 1
    sums = np.zeros((measures, len(windows), len(starts) - 1, len(as_of)))
    total = np.empty((len(boundaries) + 1, measures))
    remainder = np.zeros((len(boundaries) + 1, measures))
    for customer in range(len(starts) - 1):
        total[:] = 0.0
        cell = 0
        for fact in range(starts[customer], starts[customer + 1]):
            if event[fact] < known_at[fact]:
                _add(sums, customer, fact, known_at, event, values, as_of, windows)
                continue
            while cell < len(boundaries) and boundaries[cell] <= known_at[fact]:
                cell += 1
            total[cell, 0] += 1.0
            for measure in range(1, measures):
                total[cell, measure] += values[measure - 1][fact]
        _accumulate(total, remainder)
        _subtract(sums, customer, total, remainder, opened, now)
    return sums


@numba.njit
def _add(sums, customer, fact, known_at, event, values, as_of, windows):  # type: ignore[no-untyped-def] # noqa: PLR0913, PLR0917
    for date in range(len(as_of)):
        if known_at[fact] < as_of[date]:
            for window in range(len(windows)):
                if event[fact] >= as_of[date] - windows[window]:
                    sums[0, window, customer, date] += 1.0
                    for measure in range(len(values)):
                        sums[measure + 1, window, customer, date] += values[measure][fact]


@numba.njit
def _accumulate(total, remainder):  # type: ignore[no-untyped-def]
    for boundary in range(1, len(total)):
        for measure in range(total.shape[1]):
            before, added = total[boundary - 1, measure], total[boundary, measure]
            sum_ = before + added
            total[boundary, measure] = sum_
            remainder[boundary, measure] = remainder[boundary - 1, measure] + ((before - sum_) + added)


@numba.njit
def _subtract(sums, customer, total, remainder, opened, now):  # type: ignore[no-untyped-def] # noqa: PLR0913, PLR0917
    for measure in range(sums.shape[0]):
        for window in range(sums.shape[1]):
            for date in range(len(now)):
                start, end = opened[window * len(now) + date], now[date]
                sums[measure, window, customer, date] += (total[end, measure] - total[start, measure]) + (
                    remainder[end, measure] - remainder[start, measure]
                )


def run_loop(loop: Callable[..., NDArray[np.float64]], rows: pl.DataFrame) -> Columns:
    """Prepare the arguments, run a loop and name its columns."""
    ends = rows["customer_id"].rle().struct.field("len").to_numpy().cumsum()
    sums = loop(
        np.concatenate([[0], ends]),
        rows["known_at"].to_physical().to_numpy(),
        rows["ordered_at"].to_physical().to_numpy(),
        tuple(rows[column].to_numpy() for column in MEASURES),
        np.array([int(date.timestamp()) * 1_000_000 for date in MONTHLY]),
        np.array(WINDOWS) * DAY,
    )
    return {
        f"{name}_{window}": sums[measure, number].ravel()
        for measure, name in enumerate(("count", *MEASURES))
        for number, window in enumerate(WINDOWS)
    }


def run() -> list[Row]:
    """Check that all answers are equal, which also compiles the loops; then run each in turn with the engine."""
    rows = draw_company(FACTS)
    results = []
    for name, loop in (("compiled_loop", sum_directly), ("own_algorithm_compiled", sum_by_cells)):
        check_equal(compute_columns(rows, MONTHLY), run_loop(loop, rows))
        pairs = take_turns(lambda: compute_columns(rows, MONTHLY), partial(run_loop, loop, rows), turns=5)
        results.append(build_ratio_row(f"engine_against_{name}", pairs, "times the time", 2.0, "lower"))
    return results
