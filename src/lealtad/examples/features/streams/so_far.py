"""What was known so far of one thing, such as a ticket or a customer, at each of its rows.

Rows are grouped by `thing`, a number that rises from each to the next. So one pass along all rows does for all
things: what it carries over from the thing before is recognised by that thing's number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

THING, MOMENT = "thing", "moment"
_THING, _MOMENT = pl.col(THING), pl.col(MOMENT)
_BEGINS = _THING.shift().ne_missing(_THING)


def number_things(rows: pl.DataFrame, key: Sequence[str], at: str) -> pl.DataFrame:
    """Return the rows with `thing`, a number for each key, and `moment`, one for each instant; sorted by key.

    Examples
    --------
    >>> rows = pl.DataFrame({"id": ["a", "a", "b"], "at": [30, 10, 20]})
    >>> number_things(rows, ["id"], "at").select("thing", "moment").rows()
    [(0, 3), (0, 1), (1, 2)]
    """
    new = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in key).fill_null(value=False)
    return rows.with_columns(
        new.cum_sum().cast(pl.Int64).alias(THING), pl.col(at).rank("dense").cast(pl.Int64).alias(MOMENT)
    )


def before(value: pl.Expr) -> pl.Expr:
    """Return the value at the row before, null at the first row of a thing."""
    return pl.when(_THING.shift() == _THING).then(value.shift())


def newest(value: pl.Expr, which: pl.Expr) -> pl.Expr:
    """Return the value, which is not null there, at the newest such row so far, the row itself included."""
    of = pl.when(which).then(_THING).forward_fill()
    return pl.when(of == _THING).then(pl.when(which).then(value).forward_fill())


def first(value: pl.Expr, which: pl.Expr, moment: pl.Expr = _MOMENT) -> pl.Expr:
    """Return the value at the such row that happened first of those so far."""
    return newest(value, _is_greatest(pl.len() - moment, which))


def last(value: pl.Expr, which: pl.Expr) -> pl.Expr:
    """Return the value at the such row that happened last of those so far, of those together the newest."""
    return newest(value, _is_greatest(_MOMENT, which))


def latest(value: pl.Expr) -> pl.Expr:
    """Return the value that happened last of those given so far."""
    return last(value, value.is_not_null())


def running_sum(value: pl.Expr) -> pl.Expr:
    """Add up whole numbers of a thing so far."""
    total = value.cum_sum()
    return total - pl.when(_BEGINS).then(total - value).forward_fill()


def count_since(what: pl.Expr, which: pl.Expr) -> pl.Expr:
    """Count such rows since the newest row of the other kind, itself not counted; of all so far without one.

    Null where it is unknown whether the row itself counts.

    Examples
    --------
    >>> rows = pl.DataFrame({"thing": [0, 0, 0, 1], "sent": [True, False, True, True]})
    >>> rows.select(count_since(pl.col("sent"), ~pl.col("sent")))["sent"].to_list()
    [1.0, 0.0, 1.0, 1.0]
    """
    flag = what.fill_null(value=False).cast(pl.Int64)
    total = flag.cum_sum()
    # each thing begins with a row to count from, so that nothing is carried over from the one before
    counted_from = pl.when(which).then(total).when(_BEGINS).then(total - flag).forward_fill()
    return pl.when(what.is_not_null()).then((total - counted_from).cast(pl.Float64))


def _is_greatest(number: pl.Expr, which: pl.Expr) -> pl.Expr:
    """Say which such rows have the greatest number (below that of all rows) of the such rows so far."""
    # a thing's numbers are above all of the thing before
    along = _THING * (pl.len().cast(pl.Int64) + 1) + pl.when(which).then(number).otherwise(0)
    return which & (along >= along.cum_max())
