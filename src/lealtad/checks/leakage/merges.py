"""Merges of identities dated before both ids existed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from lealtad.lake.future import Tables

_SLACK = timedelta(days=1)  # an id may be linked on the day of its creation
_FACTS = [table.name for table in TABLES if table.event_time]


def remove_undated(tables: Tables) -> dict[str, pl.DataFrame]:
    """Return the tables without merges that cannot have been known at their date; see `find_undated`."""
    return {**tables, "identities": tables["identities"].join(find_undated(tables), on=["alias"], how="anti")}


def find_undated(tables: Tables) -> pl.DataFrame:
    """Return the merges that are dated before the merged id existed.

    Two ids cannot be known to be one person before the second exists. Some merges have no date, or one more than a
    day before the first fact of their alias. They were found later and written into all of history. Features then
    count what a customer did under the other id before it was known to be theirs.

    Parameters
    ----------
    tables
        History rows by table name under the ids they came with, and `identities`.

    Returns
    -------
    These rows of `identities`, without those whose alias has no fact.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> first, later = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6))
    >>> orders = pl.DataFrame({"customer_id": ["w1", "w2"], "known_at": [later, first]})
    >>> merges = pl.DataFrame({"alias": ["w1", "w2"], "customer_id": ["a", "b"], "valid_from": [first, later]})
    >>> find_undated({"orders": orders, "identities": merges})["alias"].to_list()
    ['w1']
    """
    merges = tables.get("identities")
    if merges is None or merges.is_empty():
        return pl.DataFrame(schema={"alias": pl.String, "customer_id": pl.String})
    clocks = [tables[name].select("customer_id", "known_at") for name in _FACTS if name in tables]
    first = pl.concat(clocks).group_by("customer_id").agg(first=pl.col("known_at").min())
    dated = merges.join(first, left_on="alias", right_on="customer_id", how="inner")
    too_early = pl.col("valid_from").is_null() | (pl.col("valid_from") < pl.col("first") - _SLACK)
    return dated.filter(too_early).drop("first")
