"""The state of one thing, such as a ticket, and from when until when: versions, and facts made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.streams.so_far import MOMENT, THING

if TYPE_CHECKING:
    from collections.abc import Sequence


def find_versions(rows: pl.DataFrame, said: Sequence[str]) -> pl.DataFrame:
    """Return one row per thing and stretch in which the columns `said` stay the same.

    Parameters
    ----------
    rows
        The state after each event, sorted by `thing` and `known_at`. It may carry `gone_at`, from when on the
        thing is no longer counted.

    Returns
    -------
    The columns, with `known_at` (from when on) and `until` (null: still).
    """
    gone = pl.col("gone_at") if "gone_at" in rows.columns else pl.lit(None, rows.schema["known_at"])
    last_known = ~_is_same("known_at", of_next=True)
    counted = rows.filter(last_known & (gone.is_null() | (pl.col("known_at") < gone)))
    changed = counted.filter(~pl.all_horizontal(_is_same(name) for name in said))
    followed = pl.col(THING).shift(-1) == pl.col(THING)
    until = pl.when(followed).then(pl.col("known_at").shift(-1)).otherwise(gone)
    return changed.with_columns(until.alias("until"))


def _is_same(name: str, *, of_next: bool = False) -> pl.Expr:
    """Return whether the row before (or the next one) is of the same thing and says the same."""
    step = -1 if of_next else 1
    same_thing = (pl.col(THING).shift(step) == pl.col(THING)).fill_null(value=False)
    return same_thing & pl.col(name).eq_missing(pl.col(name).shift(step))


def sign_versions(versions: pl.DataFrame) -> pl.DataFrame:
    """Return a fact with `sign` 1 where a version begins, and one with -1 where it ends.

    Summed over what is known at a date, they count the state of then, in the window of the fact's own clock. A
    version that was superseded takes itself back. Measures that pick facts (the last, the largest) see those in
    force alone, by `until`. A fact that ends a version is never in force.
    """
    starts = versions.with_columns(pl.lit(1.0).alias("sign"))
    ended = versions.filter(pl.col("until").is_not_null()).with_columns(
        pl.col("until").alias("known_at"), pl.lit(-1.0).alias("sign")
    )
    return pl.concat([starts, ended]).drop(THING, MOMENT).sort("customer_id", "known_at", maintain_order=True)
