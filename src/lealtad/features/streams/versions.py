"""What is said of one thing, such as a ticket, and from when until when: versions, and facts made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence


def latest(value: pl.Expr, at: pl.Expr, over: Sequence[str]) -> pl.Expr:
    """Return the given value that happened last, among those up to each row in the order of knowing."""
    moment = pl.when(value.is_not_null()).then(at)
    is_latest = moment >= moment.cum_max()
    return pl.when(is_latest).then(value).forward_fill().over(over)


def versions_of(rows: pl.DataFrame, key: Sequence[str], said: Sequence[str]) -> pl.DataFrame:
    """Return one row per key and stretch in which the columns `said` stay the same.

    Parameters
    ----------
    rows
        What is said after each event, sorted by key and `known_at`; may carry `gone_at`, from when on the thing
        is no longer counted.

    Returns
    -------
    The columns, with `known_at` (from when on) and `until` (null: still).
    """
    last_known = pl.col("known_at").shift(-1).over(key).eq_missing(pl.col("known_at"))
    at_once = rows.filter(~last_known)
    if "gone_at" in rows.columns:
        at_once = at_once.filter(pl.col("gone_at").is_null() | (pl.col("known_at") < pl.col("gone_at")))
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()).over(key) for name in said) & (
        pl.int_range(pl.len()).over(key) > 0
    )
    changed = at_once.filter(~same)
    end = pl.col("gone_at") if "gone_at" in rows.columns else pl.lit(None, rows.schema["known_at"])
    return changed.with_columns(pl.coalesce(pl.col("known_at").shift(-1).over(key), end).alias("until"))


def signed(versions: pl.DataFrame) -> pl.DataFrame:
    """Return a fact with `sign` 1 where a version begins, and one with -1 where it ends.

    Summed over what is known at a date, they count what is said of it there, in the window of the fact's own
    clock: a version that was superseded takes itself back.
    """
    begun = versions.with_columns(pl.lit(1.0).alias("sign"))
    ended = versions.filter(pl.col("until").is_not_null()).with_columns(
        pl.col("until").alias("known_at"), pl.lit(-1.0).alias("sign")
    )
    return pl.concat([begun, ended]).drop("until").sort("customer_id", "known_at", maintain_order=True)
