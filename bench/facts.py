"""The facts on which the engine and its peers are measured, and the engine's answers."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.examples.features import Facts, Grid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

WINDOWS = (7, 28, 91, 364)
MEASURES = tuple(f"measure_{i}" for i in range(13))  # and the count
END = datetime(2026, 1, 1, tzinfo=UTC)
MONTHLY = [END - timedelta(days=30 * month) for month in reversed(range(12))]
WEEKLY = [END - timedelta(days=7 * week) for week in reversed(range(52))]
FACTS_PER_CUSTOMER = 100

Columns = dict[str, "NDArray[np.float64]"]


def draw_company(facts: int, late: float = 0.01) -> pl.DataFrame:
    """Draw two years of orders, sorted as a lake's bucket is; some are recorded up to a month late."""
    rng = np.random.default_rng(1)
    happened = np.datetime64("2024-01-02", "us") + rng.integers(0, 730 * 86_400, facts) * 1_000_000
    behind = np.where(rng.random(facts) < late, rng.integers(1, 30 * 86_400, facts), 0) * 1_000_000
    customers = facts // FACTS_PER_CUSTOMER
    rows = pl.DataFrame(
        {
            "customer_id": pl.Series(rng.integers(0, customers, facts)).cast(pl.String).str.zfill(7),
            "ordered_at": pl.Series(happened).dt.replace_time_zone("UTC"),
            "known_at": pl.Series(happened + behind.astype("timedelta64[us]")).dt.replace_time_zone("UTC"),
            **{name: rng.gamma(2, 20, facts) for name in MEASURES},
        }
    )
    return rows.sort("customer_id", "known_at")


def yield_columns(rows: pl.DataFrame, dates: Sequence[datetime]) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield a count and thirteen sums per window, one column each, with rows by (customer, date)."""
    facts = Facts(rows, Grid.of(rows["customer_id"], dates), "ordered_at", WINDOWS)
    for window in WINDOWS:
        yield f"count_{window}", facts.count(window).ravel()
    for measure, window in product(MEASURES, WINDOWS):
        yield f"{measure}_{window}", facts.sum(measure, window).ravel()


def compute_columns(rows: pl.DataFrame, dates: Sequence[datetime]) -> Columns:
    """Return every column of the engine's answer."""
    return dict(yield_columns(rows, dates))


def discard(answers: Iterator[object]) -> None:
    """Consume answers one by one: keeping gigabytes would measure how memory is allocated."""
    deque(answers, maxlen=0)


def check_equal(answers: Columns, expected: Columns) -> None:
    """Stop the bench if two answers differ by more than their last digits."""
    for name, column in answers.items():
        np.testing.assert_allclose(expected[name], column, rtol=1e-9, atol=1e-9, err_msg=name)
