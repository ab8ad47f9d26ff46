"""The smallest of the values in force, at every moment at which one begins or ends."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.streams.so_far import THING, before, number_things, running_sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    Change = tuple[int, int, int]

NONE = 0.0


def find_smallest_in_force(versions: pl.DataFrame, value: str) -> pl.DataFrame:
    """Return `customer_id, known_at, since` and `value`: the smallest in force from then on, 0 if there is none.

    Parameters
    ----------
    versions
        `customer_id, known_at, until` (null: still) and `value`, an instant.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = [datetime(2026, 1, n, tzinfo=UTC) for n in range(1, 5)]
    >>> tickets = pl.DataFrame({"customer_id": ["a", "a"], "known_at": day[:2], "until": day[2:], "at": day[:2]})
    >>> find_smallest_in_force(tickets, "at")["at"].cast(pl.Datetime("us")).dt.day().to_list()
    [1, 1, 2, 1]
    """
    instants = [pl.col(name).to_physical() for name in ("known_at", "until", value)]
    rows = versions.select("customer_id", *instants).drop_nulls(value)
    starts = rows.select("customer_id", "known_at", value, pl.lit(1).alias("change"))
    ended = rows.drop_nulls("until").select(
        "customer_id", pl.col("until").alias("known_at"), value, pl.lit(-1).alias("change")
    )
    ordered = pl.concat([starts, ended]).sort("customer_id", "known_at", "change")
    changes = _add_spells(number_things(ordered, ["customer_id"], "known_at"), value)
    several = changes["several"]
    smallest = changes["alone"].to_numpy(writable=True)
    smallest[several.to_numpy()] = list(
        _find_smallest(changes.filter(several).select("spell", value, "change").iter_rows())
    )
    at = pl.struct(THING, "known_at")
    moments = changes.with_columns(pl.Series(value, smallest)).filter(at.ne_missing(at.shift(-1)))
    known_at = pl.from_epoch("known_at", "us").dt.replace_time_zone("UTC")
    return moments.select("customer_id", known_at.alias("known_at"), known_at.alias("since"), value)


def _add_spells(changes: pl.DataFrame, value: str) -> pl.DataFrame:
    """Add how many are in force, and their sum: that of the one that is, where it is alone.

    A `spell` lasts from one moment at which none is in force to the next; `several`: some are in force together.
    """
    change, number = pl.col("change"), pl.col("number")
    counted = changes.with_columns(
        running_sum(change).alias("number"), running_sum(change * pl.col(value)).cast(pl.Float64).alias("alone")
    )
    begins = (before(number) == 0).fill_null(value=True)
    parted = counted.with_columns(begins.cum_sum().alias("spell"))
    return parted.with_columns((number > 1).any().over("spell").alias("several"))


def _find_smallest(changes: Iterator[Change]) -> Iterator[float]:
    """Yield the smallest value in force after each change, spell by spell."""
    now, heap = -1, list[int]()
    count: dict[int, int] = {}
    for spell, value, change in changes:
        if spell != now:
            now, heap, count = spell, [], {}
        count[value] = count.get(value, 0) + change
        if change > 0:
            heappush(heap, value)
        while heap and count[heap[0]] <= 0:
            # what ends and begins at one moment may come back: it is pushed again then
            heappop(heap)
        yield float(heap[0]) if heap else NONE
