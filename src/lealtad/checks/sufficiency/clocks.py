"""Findings about when things happened and when they were known."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from lealtad.checks.sufficiency.finding import Finding, Share

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from lealtad.checks.sufficiency.evidence import Evidence
    from lealtad.sources.contract import Table

_MOSTLY = 0.9
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def clock_findings(evidence: Evidence) -> Iterator[Finding]:
    """Tell of times in the future, times without a time of day, and how late facts were recorded."""
    for table, at, rows in evidence.facts:
        if rows.is_empty():
            continue
        yield from _future(table, at, rows, evidence)
        yield from _time_of_day(table, at, rows)
        yield from _lateness(table, at, rows)


def _future(table: Table, at: str, rows: pl.DataFrame, evidence: Evidence) -> Iterator[Finding]:
    later = rows[at].filter(rows[at] > evidence.checked_at)
    if later.len():
        values = {"n": later.len(), "rows": rows.height, "part": Share(later.len() / rows.height)}
        code = "planned" if table.is_planned else "future"
        yield Finding(code, table.name, at, {**values, "latest": later.max()})


def _time_of_day(table: Table, at: str, rows: pl.DataFrame) -> Iterator[Finding]:
    """Judge midnight by the clock of the source, zone by zone."""
    midnights = 0
    for (zone,), group in rows.select(at, "source_zone").group_by("source_zone"):
        local = group[at].dt.convert_time_zone(str(zone or "UTC"))
        midnights += int((local.dt.time() == time(0)).sum())
    if midnights == rows.height:
        yield Finding("no_time_of_day", table.name, at)
    elif midnights / rows.height >= _MOSTLY:
        yield Finding("mostly_no_time_of_day", table.name, at, {"part": Share(midnights / rows.height)})


def _lateness(table: Table, at: str, rows: pl.DataFrame) -> Iterator[Finding]:
    recorded = rows.get_column("recorded_at", default=None)
    missing = 1.0 if recorded is None else recorded.null_count() / rows.height
    if missing:
        yield Finding("no_recorded_at", table.name, "recorded_at", {"part": Share(missing)})
    if recorded is None or missing == 1:
        return
    late = (recorded - rows[at]).drop_nulls()
    half, most, latest = late.quantile(0.5), late.quantile(0.95), late.max()
    after_a_day = Share((late > timedelta(days=1)).mean() or 0)
    values = {"late": after_a_day, "half": _long(half), "most": _long(most), "latest": _long(latest)}
    yield Finding("lateness", table.name, "recorded_at", values)


def _long(span: object) -> str:
    """Say how long a time is, in the unit that fits."""
    seconds: float = max(_seconds(span), 0)
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.0f} h" if seconds < 2 * _DAY else f"{seconds / _DAY:.0f} d"


def _seconds(span: object) -> float:
    delta: timedelta = span  # type: ignore[assignment]  # the quantile of durations is one
    return delta.total_seconds()
