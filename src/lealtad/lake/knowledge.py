"""What was known when: versions of a row, and who was who, as of a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import polars as pl

from lealtad.lake.identities import SCHEMA, roots

if TYPE_CHECKING:
    from datetime import datetime

Rows = TypeVar("Rows", pl.DataFrame, pl.LazyFrame)
_NULL = pl.lit(None, pl.Datetime("us", "UTC"))


def with_clocks(rows: Rows) -> Rows:
    """Return the rows with both clocks; null: always known, and nothing took their place."""
    given = rows.collect_schema().names()
    return rows.with_columns(_NULL.alias(clock) for clock in ("known_at", "superseded_at") if clock not in given)


def visible(as_of: datetime | None) -> pl.Expr:
    """Say which versions of rows were known before `as_of` and in force then; None: which are in force now."""
    if as_of is None:
        return pl.col("superseded_at").is_null()
    moment = pl.lit(as_of).cast(pl.Datetime("us", "UTC"))
    known = pl.col("known_at").is_null() | (pl.col("known_at") < moment)
    return known & (pl.col("superseded_at").is_null() | (pl.col("superseded_at") >= moment))


def identities_as_known(history: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    """Return the identities in force as of a date, `alias, customer_id, valid_from`; None: those in force now.

    An identity is known from `valid_from` on; a corrected one until its `superseded_at`.
    """
    rows = with_clocks(history).with_columns(pl.coalesce("known_at", "valid_from").alias("known_at"))
    return rows.filter(visible(as_of)).select(SCHEMA.names())


def renamed(rows: Rows, identities: pl.DataFrame) -> Rows:
    """Return the rows with every alias replaced by whom it stands for; see `roots` for the identities."""
    if identities.is_empty() or "customer_id" not in rows.collect_schema().names():
        return rows
    known = roots(identities)
    return rows.with_columns(pl.col("customer_id").replace(known["alias"], known["customer_id"]))


def as_known(history: Rows, identities: pl.DataFrame, as_of: datetime | None = None) -> Rows:
    """Return the facts as they were known before `as_of`, in the order of the history.

    Parameters
    ----------
    history
        Every version of every row, as `Lake.history` returns it.
    identities
        Every identity, whatever its date: `alias, customer_id, valid_from`, and its own clocks if it has them.
    as_of
        A UTC instant; None: as known now.

    Returns
    -------
    The versions visible then, under the customer ids of then. `superseded_at` is gone: it would tell the future.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = [datetime(2026, 1, d, tzinfo=UTC) for d in range(1, 5)]
    >>> orders = pl.DataFrame({"customer_id": ["b", "b"], "amount": [5.0, 6.0], "known_at": [day[0], day[2]],
    ...                        "superseded_at": [day[2], None]})
    >>> merged = pl.DataFrame({"alias": ["b"], "customer_id": ["a"], "valid_from": [day[1]]})
    >>> as_known(orders, merged, day[1]).rows(), as_known(orders, merged).rows()
    ([('b', 5.0, ...)], [('a', 6.0, ...)])
    """
    rows = with_clocks(history).filter(visible(as_of)).drop("superseded_at")
    return renamed(rows, identities_as_known(identities, as_of))
