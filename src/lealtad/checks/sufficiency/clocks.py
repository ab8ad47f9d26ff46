"""Findings about when things happened and when they were known."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from lealtad.checks.sufficiency.finding import DataFinding, Percentage

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from lealtad.checks.sufficiency.evidence import DataEvidence
    from lealtad.sources.contract import Table

_MOSTLY = 0.9
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def find_clock_faults(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find times in the future, times without a time of day, and how late facts were recorded."""
    for table, at, rows in evidence.facts:
        if rows.is_empty():
            continue
        yield from _find_future(table, at, rows, evidence)
        yield from _find_midnights(table, at, rows)
        yield from _find_lateness(table, at, rows)


def _find_future(table: Table, at: str, rows: pl.DataFrame, evidence: DataEvidence) -> Iterator[DataFinding]:
    later = rows[at].filter(rows[at] > evidence.checked_at)
    if later.len():
        values = {"n": later.len(), "rows": rows.height, "part": Percentage(later.len() / rows.height)}
        code = "planned" if table.is_planned else "future"
        yield DataFinding(code, table.name, at, {**values, "latest": later.max()})


def _find_midnights(table: Table, at: str, rows: pl.DataFrame) -> Iterator[DataFinding]:
    """Judge midnight by the clock of the source, zone by zone."""
    midnights = 0
    for (zone,), group in rows.select(at, "source_zone").group_by("source_zone"):
        local = group[at].dt.convert_time_zone(str(zone or "UTC"))
        midnights += int((local.dt.time() == time(0)).sum())
    if midnights == rows.height:
        yield DataFinding("no_time_of_day", table.name, at)
    elif midnights / rows.height >= _MOSTLY:
        yield DataFinding("mostly_no_time_of_day", table.name, at, {"part": Percentage(midnights / rows.height)})


def _find_lateness(table: Table, at: str, rows: pl.DataFrame) -> Iterator[DataFinding]:
    recorded = rows.get_column("recorded_at", default=None)
    missing = 1.0 if recorded is None else recorded.null_count() / rows.height
    if missing:
        yield DataFinding("no_recorded_at", table.name, "recorded_at", {"part": Percentage(missing)})
    if recorded is None or missing == 1:
        return
    late = (recorded - rows[at]).drop_nulls()
    half, most, latest = late.quantile(0.5), late.quantile(0.95), late.max()
    after_a_day = Percentage((late > timedelta(days=1)).mean() or 0)
    values = {
        "late": after_a_day,
        "half": _format_span(half),
        "most": _format_span(most),
        "latest": _format_span(latest),
    }
    yield DataFinding("lateness", table.name, "recorded_at", values)


def _format_span(span: object) -> str:
    """Format a length of time in a suitable unit."""
    seconds: float = max(_to_seconds(span), 0)
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.0f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.0f} d"


def _to_seconds(span: object) -> float:
    delta: timedelta = span  # type: ignore[assignment]  # the quantile of durations is one
    return delta.total_seconds()
