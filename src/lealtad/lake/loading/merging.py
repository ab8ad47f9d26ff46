"""Second half of a load: bucket by bucket, rows are checked against customers, one another and stored rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake.loading.counts import RowCounts
from lealtad.lake.loading.intake import ORIGIN, ROW, name_rejects
from lealtad.lake.loading.places import PLACE
from lealtad.lake.loading.straddling_keys import HASH, hash_keys
from lealtad.lake.loading.versions import add_null_columns, merge_versions
from lealtad.sources.contract.columns import express_known_at
from lealtad.sources.contract.joint_rules import check_together
from lealtad.sources.contract.rejects import REJECTED_SCHEMA, RuleBreach, list_rejects

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.lake import Draft, Lake
    from lealtad.lake.loading.intake import Intake
    from lealtad.lake.loading.staging import Staging
    from lealtad.lake.loading.versions import MergedVersions

_OWN = (ORIGIN, ROW, PLACE)


@dataclass
class MergeResults:
    """Row counts and rejects of the tables merged so far."""

    counts: dict[str, RowCounts] = field(default_factory=dict)
    rejected: list[pl.DataFrame] = field(default_factory=list)

    def counts_of(self, table: str) -> RowCounts:
        """Return the row counts of a table."""
        return self.counts.get(table, RowCounts())

    def note(self, table: str, merged: MergedVersions | None, rejected: pl.DataFrame) -> None:
        """Add the result of merging some rows of a table."""
        counts = RowCounts(rejected=rejected.height)
        if merged is not None:
            counts += RowCounts(
                added=merged.added,
                corrected=merged.corrected,
                repeated=merged.repeated,
                corrected_now=merged.corrected_now,
            )
        self.counts[table] = self.counts_of(table) + counts
        self.rejected.append(rejected)


@dataclass(frozen=True)
class LoadContext:
    """The state of a load: staged rows, the draft that they go into, and the results so far."""

    staging: Staging
    draft: Draft
    before: Lake  # the lake that rows are compared with
    loaded_at: datetime
    outcome: MergeResults = field(default_factory=MergeResults)


def merge_bucket(
    site: LoadContext, taken: Intake, bucket: int, customer_ids: Callable[[], pl.Series], apart: pl.DataFrame
) -> Callable[[], None]:
    """Merge the staged rows of one table and bucket; return a function that writes the result into the draft.

    Parameters
    ----------
    customer_ids
        Reads the customers of the bucket, and their aliases; facts of others are rejected.
    apart
        Keys that occur in several buckets, by `_hash`: their rows were already merged.
    """
    name, lake = taken.table.name, site.before
    early = site.staging.read(name_rejects(taken.table), bucket, len(lake.buckets))
    if early is not None:
        site.outcome.note(name, None, _add_unknown_customers(taken, early, customer_ids))
    rows = site.staging.read(name, bucket, len(lake.buckets))
    if rows is not None and not apart.is_empty():
        rows = rows.filter(~hash_keys(taken.table, rows).is_in(apart[HASH].implode()))
    if rows is None or rows.is_empty():
        return _write_nothing
    stored = lake.history(name, bucket) if lake.has(name) else None
    accepted = customer_ids() if taken.table.event_time else None
    merged, rejected = merge_rows(taken, rows, stored, site.loaded_at, customer_ids=accepted)
    site.outcome.note(name, merged, rejected)
    return partial(_write, site.draft, taken, bucket, stored, merged)


def merge_whole(site: LoadContext, taken: Intake) -> None:
    """Merge a table that is not stored by bucket into the draft."""
    name, lake = taken.table.name, site.draft.lake
    early, rows = site.staging.read(name_rejects(taken.table), 0, 1), site.staging.read(name, 0, 1)
    if early is not None:
        site.outcome.note(name, None, early.select(REJECTED_SCHEMA.names()))
    if rows is not None:
        stored = lake.history(name) if lake.has(name) else None
        merged, rejected = merge_rows(taken, rows.sort(ORIGIN, ROW), stored, site.loaded_at)
        site.outcome.note(name, merged, rejected)
        _write(site.draft, taken, None, stored, merged)


def merge_rows(  # noqa: PLR0913 - rows, and all that they are checked against
    taken: Intake,
    rows: pl.DataFrame,
    stored: pl.DataFrame | None,
    loaded_at: datetime,
    *,
    customer_ids: pl.Series | None = None,
    beside: pl.DataFrame | None = None,
) -> tuple[MergedVersions, pl.DataFrame]:
    """Check rows together, and merge the valid ones with the stored versions.

    Parameters
    ----------
    customer_ids
        Ids whose facts are accepted; None for all.
    beside
        Rows to check against, if these are more than the stored rows of the same keys.
    """
    table = taken.table
    sound = pl.repeat(value=True, n=rows.height, dtype=pl.Boolean, eager=True)
    speaking = _select_judging_rows(taken, stored) if beside is None else beside
    findings = check_together(table, rows, sound, customer_ids=customer_ids, stored=speaking)
    for finding in findings:
        sound &= ~finding.broken
    rejected = _collect_rejects(taken, rows, ~sound, findings)
    valid = rows if sound.all() else rows.filter(sound)
    missing = {name: dtype for name, dtype in taken.columns.items() if name not in rows.columns}
    zones = [zone for _, zone in taken.origins]
    whole = valid.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in missing.items())
    typed = whole.with_columns(
        express_known_at(table, list(taken.columns)),
        pl.col(ORIGIN).replace_strict(list(range(len(zones))), zones, return_dtype=pl.String).alias("source_zone"),
    )
    return merge_versions(table, typed.drop(_OWN, strict=False), stored, loaded_at), rejected


def _write_nothing() -> None:
    """Write nothing."""


def _select_judging_rows(taken: Intake, stored: pl.DataFrame | None) -> pl.DataFrame | None:
    """Return the stored versions to check new rows against: those in force for facts, all for identities."""
    if stored is None or taken.table.event_time is None:
        return stored
    return stored.filter(pl.col("superseded_at").is_null())


def _write(
    draft: Draft, taken: Intake, bucket: int | None, stored: pl.DataFrame | None, merged: MergedVersions
) -> None:
    """Write the result of a merge: one more file, or the whole bucket if stored versions are now superseded."""
    name = taken.table.name
    if merged.touched.is_empty() or stored is None:
        if not merged.fresh.is_empty():
            draft.append(name, merged.fresh, bucket)
        return
    key = [column for column in taken.table.key if column in merged.touched.columns]
    touched = merged.touched.select(key).unique()
    unchanged = add_null_columns(stored, key).join(touched, on=key, how="anti", nulls_equal=True)
    others = merged.fresh.join(touched, on=key, how="anti", nulls_equal=True)
    draft.replace(name, pl.concat([unchanged, merged.touched, others], how="diagonal_relaxed"), bucket)


def _collect_rejects(
    taken: Intake, rows: pl.DataFrame, bad: pl.Series, findings: list[RuleBreach]
) -> pl.DataFrame:
    if not bad.any():
        return pl.DataFrame(schema=REJECTED_SCHEMA)
    broken = rows.filter(bad)
    sources = pl.Series([origin for origin, _ in taken.origins]).gather(broken[ORIGIN])
    came = broken.select(name for name in taken.columns if name in broken.columns)
    of_the_bad = [RuleBreach(breach.name, breach.sentence, breach.broken.filter(bad)) for breach in findings]
    return list_rejects(taken.table.name, sources, came, broken[ROW], of_the_bad)


def _add_unknown_customers(
    taken: Intake, early: pl.DataFrame, customer_ids: Callable[[], pl.Series]
) -> pl.DataFrame:
    """Check rejected rows against the customers too, so that every broken rule is reported."""
    rows = early.select(REJECTED_SCHEMA.names())
    if taken.table.event_time is None or "customer_id" not in early.columns:
        return rows
    is_customer = early["customer_id"].is_in(customer_ids().implode()).fill_null(value=True)
    return rows.with_columns(
        pl.when(is_customer).then("rules").otherwise(pl.col("rules") + ";customer_is_known").alias("rules"),
        pl.when(is_customer)
        .then("reasons")
        .otherwise(pl.col("reasons") + "; customer_id must be in the customers table")
        .alias("reasons"),
    )
