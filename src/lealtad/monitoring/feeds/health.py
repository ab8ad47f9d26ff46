"""The feeds of a lake on a night, and the customers whose features depend on a failed feed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.monitoring.feeds.counts import compute_usual_lags, count_daily_facts
from lealtad.monitoring.feeds.verdicts import judge_feeds
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from lealtad.lake import Lake

RESTS_DAYS = 364  # the longest window of the features
_CLOCKS = {table.name: table.event_time for table in TABLES if table.event_time}


def feed_health(lake: Lake, as_of: datetime, ignore: Iterable[str] = ()) -> pl.DataFrame:
    """Judge the feeds of a lake as they were known on a night.

    Parameters
    ----------
    lake
        Its tables of facts are judged.
    as_of
        The night; the days before it are judged.
    ignore
        Names of tables that are not judged.

    Returns
    -------
    One row per table, with the columns of `judge_feeds`.
    """
    return judge_feeds(count_daily_facts(lake, as_of, ignore), as_of, compute_usual_lags(lake))


def find_failing_tables(health: pl.DataFrame, among: Collection[str] = ()) -> list[str]:
    """Return the tables that are late or thin now; only those `among`, unless it is empty.

    Examples
    --------
    >>> find_failing_tables(pl.DataFrame({"table": ["orders", "surveys"], "status": ["late", "ok"]}))
    ['orders']
    """
    bad = health.filter(pl.col("status").is_in(["late", "thin"]))["table"].to_list()
    return [name for name in bad if name in among] if among else bad


def find_dependent_customers(lake: Lake, tables: Iterable[str], as_of: datetime, bucket: int) -> pl.Series:
    """Return the customers whose scores depend on some tables: they have a fact there in the year before a night.

    Parameters
    ----------
    tables
        Names of tables of facts.
    as_of
        The night; only facts known before it count.
    bucket
        The bucket of the lake whose customers are read.

    Returns
    -------
    Distinct `customer_id`, sorted.
    """
    moment = pl.lit(as_of).cast(INSTANT)
    parts = [pl.Series("customer_id", [], pl.String)]
    for name in tables:
        clock = pl.col(str(_CLOCKS[name]))
        recently = clock.is_between(moment - timedelta(days=RESTS_DAYS), moment, closed="left")
        parts.append(lake.read(name, bucket, columns=["customer_id"], where=recently, as_of=as_of)["customer_id"])
    return pl.concat(parts).unique().sort()
