"""Daily counts of facts per table, and the usual lag of each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError
from lealtad.base.instants import INSTANT
from lealtad.company.feed_settings import FED
from lealtad.lake.manifest import Manifest
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lealtad.lake import Lake

DAYS = 820  # two years for the season, plus the weeks before them
MOST_DELAY = 28
_COMMITS, _LEAST_LOADS, _USUAL = 60, 5, 0.9
_CLOCKS = {table.name: table.event_time for table in TABLES if table.event_time}
_SCHEMA = {"table": pl.String, "day": pl.Date, "delay": pl.Int64, "count": pl.Int64}


def count_daily_facts(lake: Lake, as_of: datetime, ignore: Iterable[str] = ()) -> pl.DataFrame:
    """Count the facts that were known before a date, one row per table, day and delay.

    Returns
    -------
    `table`, `day` (UTC, on which the fact happened), `delay` (whole days until the company's systems had it, at
    most 28; 0 if unknown), `count`. It covers the last 820 days; assignments of customers are not a feed.

    Notes
    -----
    Two columns of each table are read, bucket by bucket: the clock of the fact and `recorded_at`.
    """
    parts = [pl.DataFrame(schema=_SCHEMA)]
    for name in FED:
        if lake.has(name) and name not in set(ignore):
            parts += [_count_bucket(lake, name, bucket, as_of) for bucket in lake.buckets]
    keys = ["table", "day", "delay"]
    return pl.concat(parts).group_by(keys).agg(pl.col("count").sum()).sort(keys)


def _count_bucket(lake: Lake, name: str, bucket: int, as_of: datetime) -> pl.DataFrame:
    clock = _CLOCKS[name]
    moment = pl.lit(as_of).cast(INSTANT)
    recent = pl.col(clock).is_between(moment - pl.duration(days=DAYS), moment, closed="left")
    rows = lake.read(name, bucket, columns=[clock, "recorded_at"], where=recent, as_of=as_of)
    recorded = pl.col("recorded_at") if "recorded_at" in rows.columns else pl.lit(None, INSTANT)
    delay = (recorded - pl.col(clock)).dt.total_days().fill_null(0).clip(0, MOST_DELAY)
    return (
        rows.select(pl.lit(name).alias("table"), pl.col(clock).dt.date().alias("day"), delay.alias("delay"))
        .group_by("table", "day", "delay")
        .agg(pl.len().cast(pl.Int64).alias("count"))
    )


def compute_usual_lags(lake: Lake) -> dict[str, int]:
    """Return by table the whole days by which it usually lags behind the newest table after a load.

    It is the 90 % quantile over evenly chosen earlier commits of the lake. A table that is loaded once a week lags
    up to six days.

    Parameters
    ----------
    lake
        Commits that `vacuum` removed are left out.

    Returns
    -------
    Days by table; a table with fewer than five loads is absent, which counts as 0.
    """
    lags: dict[str, dict[datetime, int]] = {}
    step = max(1, lake.number // _COMMITS)
    for number in range(lake.number, 0, -step):
        try:
            then = Manifest.read(lake.root, number)
        except LakeError:  # a commit that was removed by vacuum
            continue
        newest = {name: then.tables[name].newest for name in FED if name in then.tables}
        # a table with planned facts does not show how fresh it is
        moments = {
            name: moment
            for name, moment in newest.items()
            if moment is not None and (then.loaded_at is None or moment <= then.loaded_at)
        }
        end = max(moments.values(), default=None)
        for name, moment in moments.items():
            if end is not None:
                lags.setdefault(name, {})[end] = (end - moment).days
    return {
        name: sorted(lags_of_table.values())[int(_USUAL * (len(lags_of_table) - 1))]
        for name, lags_of_table in lags.items()
        if len(lags_of_table) >= _LEAST_LOADS
    }
