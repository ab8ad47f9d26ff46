"""Ids that turned out to be the same customer: who belongs together, and whose the rows are at a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.lake import NO_IDENTITIES, identities, resolve_people

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["NO_IDENTITIES", "find_components", "find_homes"]


def find_components(links: pl.DataFrame) -> pl.DataFrame:
    """Return `customer_id, root`: ids that are ever linked have the same root, whatever the dates.

    Examples
    --------
    >>> find_components(pl.DataFrame({"alias": ["w", "x"], "customer_id": ["a", "w"]})).rows()
    [('a', 'a'), ('w', 'a'), ('x', 'a')]
    """
    return identities.find_homes(links).rename({"id": "customer_id", "home": "root"})


def find_homes(links: pl.DataFrame, dates: Iterable[datetime]) -> pl.DataFrame:
    """Return `customer_id, begins, home`: whose an alias's rows are at each date; other ids are left out."""
    aliases = [
        resolve_people(links, date).select(
            pl.col("alias").alias("customer_id"),
            pl.lit(date).cast(INSTANT).alias("begins"),
            pl.col("customer_id").alias("home"),
        )
        for date in dates
    ]
    schema = pl.Schema({"customer_id": pl.String(), "begins": INSTANT, "home": pl.String()})
    return pl.concat([pl.DataFrame(schema=schema), *aliases])
