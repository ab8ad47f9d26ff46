"""Versions of a row: what a load adds, what it corrects and from when, and what it merely repeats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.sources.contract.contradictions import are_unique, list_content_columns

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.sources.contract import Table

_RECORDED, _KNOWN, _SUPERSEDED = "recorded_at", "known_at", "superseded_at"
_BEFORE = "_before"  # suffix of columns of the stored versions
_INSTANT_LATER = pl.duration(microseconds=1)


@dataclass(frozen=True)
class MergedVersions:
    """The result of merging rows of a table: `rows given = added + corrected + repeated`.

    Attributes
    ----------
    fresh
        The new versions, with both clocks.
    touched
        All versions of keys with a stored version that is now superseded; empty if adding `fresh` is enough.
    corrected_now
        Corrected rows that count as known only from this load on, because they have no `recorded_at`.
    """

    fresh: pl.DataFrame
    touched: pl.DataFrame
    added: int
    corrected: int
    repeated: int
    corrected_now: int = 0


def merge_versions(
    table: Table, rows: pl.DataFrame, stored: pl.DataFrame | None, loaded_at: datetime
) -> MergedVersions:
    """Merge the valid rows of a load with the stored versions of the same keys.

    A row with `recorded_at` is a version of its own, in whatever order such rows arrive. A row without it is
    compared with the version in force; if it differs, it counts as known at the load. The same holds for a row
    that differs from the version in force but has its `recorded_at`: that is not the time of the correction.
    Columns that the rows lack are not compared, and a correction keeps their values.

    Parameters
    ----------
    rows
        In the contract's types, with `known_at`, free of contradictions.
    stored
        The versions of the same customers, with both clocks; None for none.
    """
    key = list(table.key)
    names = {*rows.columns, *(() if stored is None else stored.columns), _SUPERSEDED}
    rows = add_null_columns(rows, [*key, _RECORDED])
    once = _drop_repeats(key, rows)
    before = _find_stored_versions(key, once, stored)
    news = once if before.is_empty() else _find_news(table, once, before, loaded_at)
    added = _count_new_keys(key, news, before)
    chained = _chain_versions(key, news, before, added)
    of_now = chained[0].filter(pl.col(_KNOWN) == loaded_at).join(before, on=key, how="semi", nulls_equal=True)
    fresh, touched = (part.select(name for name in part.columns if name in names) for part in chained)
    return MergedVersions(
        fresh=fresh,
        touched=touched,
        added=added,
        corrected=fresh.height - added,
        repeated=rows.height - fresh.height,
        corrected_now=of_now.height,
    )


def add_null_columns(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Add missing key columns and `recorded_at` as nulls."""
    instants = {_RECORDED, "valid_from"}
    kinds = {name: INSTANT if name in instants else pl.String() for name in names}
    return rows.with_columns(pl.lit(None, kinds[name]).alias(name) for name in names if name not in rows.columns)


def _drop_repeats(key: list[str], rows: pl.DataFrame) -> pl.DataFrame:
    if are_unique(key, rows):
        return rows
    return rows.unique([*key, _RECORDED], keep="first", maintain_order=True)


def _find_stored_versions(key: list[str], rows: pl.DataFrame, stored: pl.DataFrame | None) -> pl.DataFrame:
    if stored is None or stored.is_empty():
        return rows.clear()
    return add_null_columns(stored, [*key, _RECORDED]).join(rows.select(key), on=key, how="semi", nulls_equal=True)


def _count_new_keys(key: list[str], news: pl.DataFrame, before: pl.DataFrame) -> int:
    """Count the keys without a stored row."""
    if before.is_empty() and are_unique(key, news):
        return news.height
    return news.select(key).join(before.select(key), on=key, how="anti", nulls_equal=True).n_unique()


def _find_news(table: Table, rows: pl.DataFrame, before: pl.DataFrame, loaded_at: datetime) -> pl.DataFrame:
    """Return the rows with new content, with the clocks of their versions."""
    key = list(table.key)
    numbered = rows.with_row_index("_n")
    verdicts = _compare_with_stored(table, numbered, before)
    missing = _select_in_force(before).select(*key, *(name for name in before.columns if name not in rows.columns))
    clock = [_KNOWN, pl.lit(loaded_at).cast(INSTANT), pl.col("in_force_since") + _INSTANT_LATER]
    return (
        numbered.join(verdicts, on="_n", how="left", maintain_order="left")
        .filter(~pl.col("repeats").fill_null(value=False))
        .with_columns(pl.when("corrects_now").then(pl.max_horizontal(clock)).otherwise(_KNOWN).alias(_KNOWN))
        .drop("_n", *(name for name in verdicts.columns if name != "_n"))
        .join(missing.drop(_SUPERSEDED, strict=False), on=key, how="left", nulls_equal=True, maintain_order="left")
    )


def _compare_with_stored(table: Table, numbered: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Compare each row with the stored versions of its key: `_n, repeats, corrects_now, in_force_since`."""
    key = list(table.key)
    content = list_content_columns(table, [name for name in numbered.columns if name in before.columns])
    new = [name for name in list_content_columns(table, numbered.columns) if name not in before.columns]
    clocked = pl.col(_RECORDED).is_not_null()
    same = pl.all_horizontal(
        pl.lit(value=True),
        *(pl.col(name).eq_missing(pl.col(name + _BEFORE)) for name in content),
        *(pl.col(name).is_null() for name in new),
    )
    in_force = pl.col(_SUPERSEDED).is_null()
    same_moment = pl.col(_RECORDED).eq_missing(pl.col(_RECORDED + _BEFORE))
    # if a key arrives both with and without clocks, none of its rows may represent the version in force
    any_clocked = numbered.select("_n", clocked.any().over(key).alias("_clocked"))
    pairs = (
        numbered.join(any_clocked, on="_n", maintain_order="left")
        .join(before, on=key, how="inner", suffix=_BEFORE, nulls_equal=True)
        .with_columns(same.alias("_same"), in_force.alias("_force"), same_moment.alias("_moment"))
    )
    taken = pl.col("_moment").any() & clocked.first()
    taken_in_force = (pl.col("_moment") & pl.col("_force")).any() & clocked.first()
    says_the_same = pl.col("_same") & pl.when("_clocked").then("_moment").otherwise("_force")
    # a key without a version in force was withdrawn: the withdrawn row stays out
    last = pl.col(_SUPERSEDED) == pl.col(_SUPERSEDED).max()
    withdrawn = ~pl.col("_force").any() & (pl.col("_same") & last).any()
    return pairs.group_by("_n").agg(
        (says_the_same.any() | (taken & ~taken_in_force) | withdrawn).alias("repeats"),
        (~clocked.first() | taken_in_force).alias("corrects_now"),
        pl.col(_KNOWN + _BEFORE).filter("_force").max().alias("in_force_since"),
    )


def _select_in_force(versions: pl.DataFrame) -> pl.DataFrame:
    return versions.filter(pl.col(_SUPERSEDED).is_null())


def _chain_versions(
    key: list[str], news: pl.DataFrame, before: pl.DataFrame, added: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Set each version to be superseded when the next of its key was known; `added` keys are new."""
    nothing = pl.lit(None, INSTANT).alias(_SUPERSEDED)
    if before.is_empty() and added == news.height:
        return news.with_columns(nothing), news.clear().with_columns(nothing)
    stored = before.with_columns(pl.lit(value=True).alias("_stored"))
    coming = news.with_columns(nothing, pl.lit(value=False).alias("_stored"))
    parts = [coming] if before.is_empty() else [stored, coming]
    recorded = pl.coalesce(_RECORDED, _KNOWN)
    versions = pl.concat(parts, how="diagonal_relaxed").sort(*key, _KNOWN, recorded, maintain_order=True)
    next_known = pl.col(_KNOWN).shift(-1).over(key)
    chained = versions.with_columns(
        # a version that was withdrawn ends then, not when the next is known
        pl.min_horizontal(next_known, _SUPERSEDED).alias(_SUPERSEDED),
        next_known.ne_missing(pl.col(_SUPERSEDED)).and_("_stored").and_(next_known.is_not_null()).alias("_ended"),
    )
    fresh = chained.filter(~pl.col("_stored")).drop("_stored", "_ended")
    touched = chained.filter(pl.col("_ended").any().over(key)).drop("_stored", "_ended")
    return fresh, touched
