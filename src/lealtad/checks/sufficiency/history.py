"""Findings about the distribution of facts over time: silences of a whole table, sudden changes of volume."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import DataFinding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.checks.sufficiency.evidence import DataEvidence
    from lealtad.sources.contract import Table

_SILENCE_DAYS = 7  # shorter ones are weekends and holidays
_TIMES_THE_USUAL = 3
_WEEKS = 6  # on either side of a change
_TIMES_THE_VOLUME = 2.0
_ROWS_A_WEEK = 20  # below it, chance alone doubles
_MONDAY = "1w"


def find_history_faults(evidence: DataEvidence) -> Iterator[DataFinding]:
    """Find the longest silence and the largest lasting change of volume of each table."""
    for table, at, rows in evidence.facts:
        happened = rows[at].filter(rows[at] <= evidence.checked_at).drop_nulls()
        if happened.len():
            yield from _find_gap(table, at, happened)
            yield from _find_change(table, at, happened)


def _find_gap(table: Table, at: str, happened: pl.Series) -> Iterator[DataFinding]:
    days = happened.dt.date().unique().sort()
    silences = pl.DataFrame(
        {"start": days, "days": (days.diff(null_behavior="ignore").dt.total_days() - 1).shift(-1)}
    )
    longest = silences.drop_nulls().sort("days", descending=True)
    if longest.height < 2:  # noqa: PLR2004 - one silence has nothing to be compared with
        return
    start, length = longest.row(0)
    usual = longest["days"][1]
    # a single silence stands out; many long ones are the company's rhythm
    if length >= _SILENCE_DAYS and length >= _TIMES_THE_USUAL * max(usual, 1):
        end = start + timedelta(days=length + 1)
        values = {"start": str(start), "end": str(end), "days": length, "usual": usual}
        yield DataFinding("gap", table.name, at, values)


def _find_change(table: Table, at: str, happened: pl.Series) -> Iterator[DataFinding]:
    weeks = _count_weekly(happened)
    if weeks.height < 2 * _WEEKS:
        return
    around = weeks.with_columns(
        before=pl.col("rows").rolling_median(_WEEKS).shift(1),
        after=pl.col("rows").reverse().rolling_median(_WEEKS).reverse(),
    ).drop_nulls()
    ratio = (pl.col("after") + 1) / (pl.col("before") + 1)
    strongest = (
        around.with_columns(change=pl.max_horizontal(ratio, 1 / ratio))
        .sort("change", descending=True)
        .row(0, named=True)
    )
    enough = max(strongest["before"], strongest["after"]) >= _ROWS_A_WEEK
    if enough and strongest["change"] >= _TIMES_THE_VOLUME:
        values = {"when": str(strongest["week"]), "before": strongest["before"], "after": strongest["after"]}
        yield DataFinding("volume_change", table.name, at, values)


def _count_weekly(happened: pl.Series) -> pl.DataFrame:
    """Count rows per complete week, without the first and last weeks, which may be partial."""
    weeks = happened.dt.truncate(_MONDAY).dt.date().alias("week").to_frame()
    counted = weeks.group_by("week").agg(rows=pl.len()).sort("week")
    every = counted.upsample("week", every=_MONDAY).with_columns(pl.col("rows").fill_null(0))
    return every.slice(1, max(every.height - 2, 0))
