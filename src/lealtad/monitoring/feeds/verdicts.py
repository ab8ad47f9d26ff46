"""Which feeds are late or thin compared with their own past, tested every night with few false alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.stats import t as student

from lealtad.monitoring.feeds.volume import WEEK, Volume, compute_distance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

ERROR_A_YEAR = 0.01  # of all tables and nights together
THIN, THIN_YOUNG = 0.7, 0.35  # share of the expected rows; lower without a full year, when the season is unknown
HOLE_DAYS = 91  # days for which a past gap is reported, because training would use it
_LONG, _LEAST_PAST, _LEAST_FREEDOM = 28, 84, 3
_NIGHTS, _TESTS = 365, 3
SCHEMA = pl.Schema(
    {
        "table": pl.String(),
        "status": pl.String(),
        "newest": pl.Date(),
        "window_days": pl.Int64(),
        "expected": pl.Float64(),
        "counted": pl.Float64(),
        "hole": pl.Boolean(),
    }
)


def judge_feeds(counts: pl.DataFrame, as_of: datetime, lags: Mapping[str, int] | None = None) -> pl.DataFrame:
    """Judge each table by its own past: weekday, season and scatter.

    Parameters
    ----------
    counts
        See `count_daily_facts`.
    as_of
        The night; days before it are judged.
    lags
        Days by which a table usually lags; see `compute_usual_lags`.

    Returns
    -------
    One row per table: `table, status` (`late`: nothing arrived for longer than ever before; `thin`: beyond chance
    less than 70 % of the expected rows; `unknown`: fewer than twelve weeks to compare with; `ok`), `newest` (day),
    `window_days, expected, counted` (of the days that the status is about), `hole` (whether it is late or thin, or
    was so on one of the last 91 days and the facts never arrived).

    Notes
    -----
    An unchanged company gets a false alarm in at most 1 % of years; tables, nights and tests share that error.
    Counts are compared as square roots. Their scatter is the larger of a Poisson variable's and of the table's own
    past, with the tails of Student's t.

    Examples
    --------
    >>> from datetime import UTC, date, datetime
    >>> days = pl.date_range(date(2025, 1, 1), date(2025, 12, 20), eager=True)
    >>> orders = pl.DataFrame({"table": "orders", "day": days, "delay": 0, "count": 40})
    >>> judge_feeds(orders, datetime(2025, 12, 21, tzinfo=UTC))["status"].to_list()
    ['ok']
    >>> judge_feeds(orders, datetime(2025, 12, 24, tzinfo=UTC)).row(0)[:6]
    ('orders', 'late', datetime.date(2025, 12, 20), 3, 120.0, 0.0)
    """
    parts = counts.sort("table", "day", "delay").partition_by("table", maintain_order=True)
    error = ERROR_A_YEAR / (_NIGHTS * _TESTS * max(len(parts), 1))
    rows = [
        _judge_table(part["table"][0], part, as_of, (lags or {}).get(part["table"][0], 0), error) for part in parts
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _judge_table(name: str, counts: pl.DataFrame, as_of: datetime, lag: int, error: float) -> tuple[object, ...]:
    days_seen: list[date] = counts["day"].sort().to_list()
    first, newest = days_seen[0], days_seen[-1]
    volume, end = _build_volume(counts, first, as_of.date()), (as_of.date() - first).days
    status, days, expected, counted = _find_status(volume, end, lag, error)
    hole = status in {"late", "thin"} or any(
        _find_status(volume, back, 0, error)[0] in {"late", "thin"}
        for back in range(end - WEEK, max(end - HOLE_DAYS, 0), -WEEK)
    )
    return name, status, newest, days, expected, counted, hole


def _build_volume(counts: pl.DataFrame, first: date, end: date) -> Volume:
    """Build a complete series of days, days without facts as 0, and the completeness of recent days."""
    days = (end - first).days
    place = (counts["day"] - first).dt.total_days().to_numpy()
    delay = counts["delay"].to_numpy()
    facts = np.zeros((max(days, 1), int(delay.max(initial=0)) + 1))
    np.add.at(facts, (place, delay), counts["count"].to_numpy())
    every = facts.sum(axis=1)
    old = (np.arange(len(every)) < days - facts.shape[1]) & (every > 0)
    shares = facts[old].cumsum(axis=1) / every[old, None] if old.any() else np.ones((1, facts.shape[1]))
    return Volume(every, np.median(shares, axis=0))


def _find_status(volume: Volume, end: int, lag: int, error: float) -> tuple[str, int, float | None, float | None]:
    """Return the status at the end of a day, with the days, expectation and count behind it."""
    counts = volume.counts[:end]
    present = np.flatnonzero(counts)
    if not len(present) or present[-1] + 1 - present[0] < _LEAST_PAST:
        return "unknown", 0, None, None
    gap = end - 1 - int(present[-1])
    if gap > lag and _is_late(volume, end, gap, lag, error):
        first = end - gap
        usual = volume.compute_weekday_means(first, first, end)
        return "late", gap, float((usual * volume.compute_completeness(first, end, end)).sum()), 0.0
    limit = THIN if volume.has_season else THIN_YOUNG
    for days in (WEEK, _LONG):
        last = end - lag
        expected = volume.compute_expected(last - days, last, end)
        counted = volume.sum_days(max(last - days, 0), max(last, 0))
        if expected > 0 and counted < limit * expected and _is_sure(volume, last, days, counted, expected, error):
            # a window without any facts is a silence, however often shorter ones occurred
            return "late" if counted == 0 else "thin", days, expected, counted
    return "ok", 0, None, None


def _is_late(volume: Volume, end: int, gap: int, lag: int, error: float) -> bool:
    """Return whether a silence is beyond chance for that many facts, and longer than any before."""
    first = end - gap
    present = np.flatnonzero(volume.counts[:first])
    longest = int(np.diff(present).max(initial=1)) - 1
    if gap - lag <= longest:
        return False
    expected = volume.compute_expected(first, end - lag, end)
    spread = max(volume.scatter(WEEK, first)[0] ** 2, 1.0 + 1e-9)
    return bool(expected > 0 and -expected * np.log(spread) / (spread - 1) < np.log(error))


def _is_sure(volume: Volume, end: int, days: int, counted: float, expected: float, error: float) -> bool:  # noqa: PLR0913, PLR0917 - one window and its past
    spread, freedom = volume.scatter(days, end)
    if freedom < _LEAST_FREEDOM:
        return False
    return bool(student.cdf(compute_distance(counted, expected) / spread, freedom) < error)
