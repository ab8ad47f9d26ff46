"""Volume, initiator and owner of each touchpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCHEMA = {
    "volume": pl.Int64,
    "customers": pl.Int64,
    "customer_share": pl.Float64,
    "owner": pl.String,
    "unowned_share": pl.Float64,
}


def compute_volume(contacts: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return one row per group of contacts.

    Parameters
    ----------
    contacts
        One row per contact of the window: the keys, `customer_id, initiated_by, owner`.

    Returns
    -------
    The keys, `volume` (contacts) and `customers` (distinct). `customer_share` is the share of contacts that
    customers started, `unowned_share` the share without an owner. `owner` lists the owners, most contacts first;
    null if there are none.

    Examples
    --------
    >>> contacts = pl.DataFrame({"stage": ["service"] * 3, "customer_id": ["a", "a", "b"],
    ...     "initiated_by": ["customer", "company", "customer"], "owner": ["support", "store", "support"]})
    >>> compute_volume(contacts, ["stage"]).drop("customer_share").row(0)
    ('service', 3, 2, 'support, store', 0.0)
    """
    owners = contacts.group_by(*by, "owner").len().sort("len", "owner", descending=[True, False], nulls_last=True)
    named = owners.group_by(*by).agg(pl.col("owner").drop_nulls().str.join(", "))
    counted = contacts.group_by(*by).agg(
        pl.len().cast(pl.Int64).alias("volume"),
        pl.col("customer_id").n_unique().cast(pl.Int64).alias("customers"),
        (pl.col("initiated_by") == "customer").mean().alias("customer_share"),
        pl.col("owner").is_null().mean().alias("unowned_share"),
    )
    joined = counted.join(named, on=by).with_columns(pl.when(pl.col("owner") != "").then("owner"))
    return joined.select(*by, *_SCHEMA).sort(by)
