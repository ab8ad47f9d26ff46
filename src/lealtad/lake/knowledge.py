"""What was known as of a date: the version of each row, and which ids were one customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.lake.identities import resolve_aliases

if TYPE_CHECKING:
    from datetime import datetime

Rows = TypeVar("Rows", pl.DataFrame, pl.LazyFrame)
_NULL = pl.lit(None, INSTANT)


def add_clocks(rows: Rows) -> Rows:
    """Return the rows with both clocks, `known_at` and `superseded_at`; missing ones are added.

    Returns
    -------
    The rows in their order. An added clock is null: the row was always known, and nothing replaced it.

    Examples
    --------
    >>> add_clocks(pl.DataFrame({"customer_id": ["c"]})).row(0)
    ('c', None, None)
    """
    names = rows.collect_schema().names()
    return rows.with_columns(_NULL.alias(clock) for clock in ("known_at", "superseded_at") if clock not in names)


def is_visible(as_of: datetime | None) -> pl.Expr:
    """Express which versions of rows were known before `as_of` and in force then; None: those in force now."""
    if as_of is None:
        return pl.col("superseded_at").is_null()
    moment = pl.lit(as_of).cast(INSTANT)
    is_known = pl.col("known_at").is_null() | (pl.col("known_at") < moment)
    return is_known & (pl.col("superseded_at").is_null() | (pl.col("superseded_at") >= moment))


def resolve_people(identities: pl.DataFrame, as_of: datetime | None = None) -> pl.DataFrame:
    """Return the customer that each alias stood for as of a date; None for now.

    Parameters
    ----------
    identities
        Every identity, whatever its date: `alias, customer_id, valid_from`, and its own clocks if it has them.
    as_of
        A UTC instant; an identity counts after its `valid_from`.

    Returns
    -------
    `alias, customer_id`, one row per alias, sorted; chains of aliases are followed to their end.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 5)]
    >>> chain = pl.DataFrame({"alias": ["c", "b"], "customer_id": ["b", "a"], "valid_from": days})
    >>> resolve_people(chain, days[1]).rows(), resolve_people(chain).rows()
    ([('c', 'b')], [('b', 'a'), ('c', 'a')])
    """
    begins = pl.max_horizontal("known_at", "valid_from").alias("known_at")
    return resolve_aliases(add_clocks(identities).with_columns(begins).filter(is_visible(as_of)))


def select_as_of(history: Rows, identities: pl.DataFrame, as_of: datetime | None = None) -> Rows:
    """Return the facts as they were known before `as_of`, in the order of the history.

    Parameters
    ----------
    history
        Every version of every row, as `Lake.history` returns it.
    identities
        Every identity, whatever its date; see `resolve_people`.
    as_of
        A UTC instant; None: as known now.

    Returns
    -------
    The versions visible at that time, under the customer ids of that time. `superseded_at` is dropped, because it
    would reveal the future.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = [datetime(2026, 1, d, tzinfo=UTC) for d in range(1, 5)]
    >>> orders = pl.DataFrame({"customer_id": ["b", "b"], "amount": [5.0, 6.0], "known_at": [day[0], day[2]],
    ...                        "superseded_at": [day[2], None]})
    >>> merged = pl.DataFrame({"alias": ["b"], "customer_id": ["a"], "valid_from": [day[1]]})
    >>> select_as_of(orders, merged, day[1]).rows(), select_as_of(orders, merged).rows()
    ([('b', 5.0, ...)], [('a', 6.0, ...)])
    """
    return replace_aliases(select_in_force(history, as_of), resolve_people(identities, as_of))


def select_in_force(history: Rows, as_of: datetime | None) -> Rows:
    """Return the versions visible as of a date, under their original ids."""
    return add_clocks(history).filter(is_visible(as_of)).drop("superseded_at")


def replace_aliases(rows: Rows, known: pl.DataFrame) -> Rows:
    """Return the rows with every alias in `customer_id` replaced by the customer it stands for.

    Parameters
    ----------
    known
        `alias, customer_id`, one row per alias, as `resolve_people` returns it.

    Examples
    --------
    >>> people = pl.DataFrame({"alias": ["b"], "customer_id": ["a"]})
    >>> replace_aliases(pl.DataFrame({"customer_id": ["b", "c"]}), people)["customer_id"].to_list()
    ['a', 'c']
    """
    if known.is_empty() or "customer_id" not in rows.collect_schema().names():
        return rows
    return rows.with_columns(express_person(known))


def express_person(known: pl.DataFrame) -> pl.Expr:
    """Return `customer_id` with aliases replaced by the customers they stand for; see `replace_aliases`.

    Examples
    --------
    >>> people = pl.DataFrame({"alias": ["b"], "customer_id": ["a"]})
    >>> pl.DataFrame({"customer_id": ["b", "c"]}).select(express_person(people)).to_series().to_list()
    ['a', 'c']
    """
    return pl.col("customer_id").replace(known["alias"], known["customer_id"])


def merge_customers(customers: Rows, known: pl.DataFrame) -> Rows:
    """Return one set of rows per customer: an alias's rows only where the customer has none of its own."""
    if known.is_empty():
        return customers
    is_own = pl.col("customer_id") == pl.col("_came_as")
    merged = replace_aliases(customers.with_columns(pl.col("customer_id").alias("_came_as")), known)
    return merged.filter(is_own | ~is_own.any().over("customer_id")).drop("_came_as")
