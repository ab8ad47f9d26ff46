"""Customers whose rows change in between are computed as several: one per stretch of dates without a change.

A corrected row says one thing up to a date and another from then on. So do the rows of two customers who turn out
to be the same. So do those of a customer when a fact becomes known that happened before others already seen.
Within a stretch nothing of the kind happens, and the engine's one pass is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.history.customer_start import find_unsettled
from lealtad.examples.features.history.happening import add_answer_clock, find_overtaken
from lealtad.examples.features.history.identities import NO_IDENTITIES, find_components, find_homes
from lealtad.examples.features.history.rewrites import find_rewrites
from lealtad.lake import add_clocks
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_FACTS = [table.name for table in TABLES if table.event_time]
_CHANGES = pl.Schema({"customer_id": pl.String(), "at": INSTANT})


@dataclass(frozen=True)
class Stretches:
    """The customers that are not the same at all dates.

    Attributes
    ----------
    dates
        As-of dates, ascending and unique.
    parts
        - `customer_id`: of the rows as they came;
        - `home`: the customer they belong to;
        - `part`: the id they are computed under;
        - `first` and `last`: numbers of the dates;
        - `begins` and `ends`: those dates.
    """

    dates: pl.Series
    parts: pl.DataFrame

    def rows_of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows under the ids they are computed under, as far as they were known and in force then.

        Added are `is_own` (false where the row came under another id) and `ends`, the last of their dates.
        """
        old, alone = pl.col("superseded_at"), pl.lit(value=True).alias("is_own")
        still = rows.filter(old.is_null() | (old >= self.dates[0]), _is_known_before(self.dates[-1])).with_columns(
            alone, pl.lit(self.dates[-1]).cast(self.dates.dtype).alias("ends")
        )
        if self.parts.is_empty():
            return still
        still = still.join(self.parts, on="customer_id", how="anti")
        marks = self.parts.select("customer_id", "home", "part", "begins", "ends")
        moving = rows.join(marks, on="customer_id").filter(
            old.is_null() | (old >= pl.col("begins")), _is_known_before(pl.col("ends"))
        )
        placed = moving.with_columns(
            (pl.col("customer_id") == pl.col("home")).alias("is_own"), pl.col("part").alias("customer_id")
        )
        return pl.concat([still, placed.select(still.columns)])

    def people(self) -> pl.DataFrame:
        """Return `part, home, first, last`, one row per part."""
        return self.parts.select("part", "home", "first", "last").unique()


def find_stretches(tables: Mapping[str, pl.DataFrame], dates: pl.Series) -> Stretches:
    """Part the dates of every customer whose rows change between the first and the last of them.

    Parameters
    ----------
    tables
        Rows with `known_at` and `superseded_at`, and `identities` where ids turned out to be others.
    dates
        As-of dates, ascending and unique.
    """
    identities = add_clocks(tables.get("identities", NO_IDENTITIES))
    members = find_components(identities)
    facts = {name: _place_under_root(tables[name], members) for name in _FACTS if name in tables}
    late = [find_overtaken(name, add_answer_clock(name, rows), dates) for name, rows in facts.items()]
    changes = pl.concat(
        [
            _find_corrections(tables),
            _find_merges(identities),
            _find_versions(tables, members),
            *late,
            find_rewrites(facts),
        ]
    )
    rooted = changes.join(members, on="customer_id", how="left", maintain_order="left").select(
        pl.coalesce("root", "customer_id").alias("root"),
        # a change at a date itself is not in force there, as a fact at a date is not known there
        dates.search_sorted(changes["at"], side="right").cast(pl.Int64).alias("first"),
    )
    inside = rooted.filter(pl.col("first").is_between(1, len(dates) - 1))
    roots = pl.concat([inside["root"], members["root"]]).unique()
    initial = pl.DataFrame({"root": roots, "first": pl.repeat(0, len(roots), dtype=pl.Int64, eager=True)})
    firsts = pl.concat([initial, inside]).unique().sort("root", "first")
    last = (pl.col("first").shift(-1).over("root") - 1).fill_null(len(dates) - 1).alias("last")
    alone = pl.DataFrame({"customer_id": roots, "root": roots})
    parts = pl.concat([members, alone]).unique().join(firsts.with_columns(last), on="root").drop("root")
    begins, ends = (
        dates.gather(parts[side]).alias(name) for side, name in (("first", "begins"), ("last", "ends"))
    )
    return Stretches(dates, _name_parts(parts.with_columns(begins, ends), identities, len(dates)))


def _name_parts(parts: pl.DataFrame, identities: pl.DataFrame, dates: int) -> pl.DataFrame:
    """Say whose the rows of each part are, and under which id they are computed."""
    owners = find_homes(identities, parts["begins"].unique())
    housed = parts.join(owners, on=["customer_id", "begins"], how="left").with_columns(
        pl.coalesce("home", "customer_id").alias("home")
    )
    whole = (pl.col("first") == 0) & (pl.col("last") == dates - 1)
    part = pl.when(whole).then("home").otherwise(pl.format("{}\x1f{}", "home", "first"))
    return housed.with_columns(part.alias("part"))


def _is_known_before(date: pl.Expr | datetime) -> pl.Expr:
    return pl.col("known_at").is_null() | (pl.col("known_at") < date)


def _place_under_root(rows: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Return the rows under one id for all that are ever found to be the same."""
    if members.is_empty():
        return rows
    return rows.with_columns(pl.col("customer_id").replace(members["customer_id"], members["root"]))


def _find_corrections(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """When rows were superseded."""
    superseded = [
        rows.select("customer_id", pl.col("superseded_at").alias("at")).drop_nulls("at")
        for name, rows in tables.items()
        if name != "identities"
    ]
    return pl.concat([pl.DataFrame(schema=_CHANGES), *superseded])


def _find_merges(identities: pl.DataFrame) -> pl.DataFrame:
    """When somebody was known to be somebody else, and when that was taken back."""
    merge_time = pl.max_horizontal("known_at", "valid_from").alias("at")
    taken_back = pl.col("superseded_at").alias("at")
    who = pl.col("alias").alias("customer_id")
    return pl.concat([identities.select(who, merge_time), identities.select(who, taken_back)]).drop_nulls("at")


def _find_versions(tables: Mapping[str, pl.DataFrame], members: pl.DataFrame) -> pl.DataFrame:
    """When it was known since when somebody is a customer, where that is not the same all along."""
    customers = tables.get("customers")
    if customers is None:
        return pl.DataFrame(schema=_CHANGES)
    shared = customers.join(members, on="customer_id", how="semi").filter(pl.col("known_at").is_not_null())
    return pl.concat([find_unsettled(customers), shared.select("customer_id", pl.col("known_at").alias("at"))])
