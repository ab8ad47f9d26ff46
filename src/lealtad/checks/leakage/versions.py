"""Attributes whose versions do not show what was known at the time: missing, constant, or written all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.base.sentence import Sentence
from lealtad.base.sentence import mark_for_translation as _
from lealtad.checks.leakage.findings import LeakCheck, LeakFinding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from lealtad.examples.features import Feature
    from lealtad.lake import Lake

NAME = _("attribute versions")
_SAYS = _("Versions change for churned customers as for others, before they churn, and not all on one day.")
_FAMILY = "attributes"
_CUSTOMERS, _MOST = 20, 0.5  # customers whose attribute changed on one day, and their share of all changes
_DUE, _MISSING = 12, 0.25  # changes to expect of churned customers, and the share below which it is a finding
_AFTER = 0.9  # share of churned customers who changed only afterwards
_FIX = {
    "stroke": _("If they were corrected in hindsight, load them with the time of the correction (recorded_at)."),
    "frozen": _("Load each version as it was then, or leave the attribute out."),
    "after": _("Check that valid_from states when the company knew the value, and correct it if not."),
}


def map_attributes(catalog: Sequence[Feature]) -> dict[str, tuple[str, ...]]:
    """Return the feature columns by the attribute of `customers` that they come from."""
    return {
        name: tuple(feature.columns) for feature in catalog if feature.family == _FAMILY for name in feature.needs
    }


def read_changes(lake: Lake, names: Collection[str]) -> pl.DataFrame:
    """Return the changes of each attribute of each customer between versions.

    Returns
    -------
    One row per attribute, customer and version after the first: `attribute, customer_id, changed_at` (null if
    the value stayed). Customers with one version have no row.
    """
    schema = pl.Schema({"attribute": pl.String(), "customer_id": pl.String(), "changed_at": INSTANT})
    parts = [pl.DataFrame(schema=schema)]
    present = [name for name in names if lake.has("customers") and name in lake.columns("customers")]
    for bucket in lake.buckets if present else ():
        rows = lake.history("customers", bucket, columns=["customer_id", "valid_from", *present])
        since = pl.coalesce("valid_from", "known_at") if "valid_from" in rows.columns else pl.col("known_at")
        rows = rows.with_columns(since.alias("since")).sort("customer_id", "since", nulls_last=False)
        later = rows.select((pl.col("customer_id") == pl.col("customer_id").shift()).fill_null(value=False))
        for name in present:
            moved = pl.col(name).ne_missing(pl.col(name).shift())
            own = rows.select(
                pl.lit(name).alias("attribute"),
                "customer_id",
                pl.when(moved).then("since").cast(INSTANT).alias("changed_at"),
            )
            parts.append(own.filter(later.to_series()))
    return pl.concat(parts)


def find_unversioned(catalog: Sequence[Feature], changed: pl.DataFrame) -> set[str]:
    """Return the columns of attributes that no customer's versions distinguish: they hold the value of today.

    Parameters
    ----------
    changed
        See `read_changes`.
    """
    moving = set(changed.drop_nulls("changed_at")["attribute"])
    return {
        column for name, columns in map_attributes(catalog).items() if name not in moving for column in columns
    }


def check_versions(changed: pl.DataFrame, left_at: pl.DataFrame) -> tuple[LeakCheck, list[LeakFinding]]:
    """Look for attributes whose versions were written at one stroke, or in hindsight for churned customers.

    Parameters
    ----------
    changed
        See `read_changes`.
    left_at
        `customer_id, left_at` of churned customers: the date after which they churned.
    """
    findings = [
        LeakFinding("warning", NAME, rows["attribute"][0], sentence, _FIX[kind])
        for rows in changed.sort("attribute").partition_by("attribute", maintain_order=True)
        for kind, sentence in _list_findings(rows, left_at)
    ]
    return LeakCheck(NAME, _SAYS, changed["attribute"].n_unique(), changed.height), findings


def _list_findings(rows: pl.DataFrame, left_at: pl.DataFrame) -> Iterator[tuple[str, str]]:
    moved = rows.drop_nulls("changed_at")
    by_day = moved.group_by(day=pl.col("changed_at").dt.date()).agg(n=pl.col("customer_id").n_unique())
    for row in by_day.sort("n", "day").tail(1).iter_rows(named=True):
        if row["n"] >= _CUSTOMERS and row["n"] >= _MOST * moved.height:
            sentence = Sentence(
                _("{n:,} of its {changes:,} changes have the same date, {day}: a bulk correction."),
                n=row["n"],
                changes=moved.height,
                day=row["day"],
            )
            yield "stroke", sentence
    own = rows.join(left_at, on="customer_id", how="left")
    yield from _find_frozen(own)
    yield from _find_afterwards(own)


def _find_frozen(own: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Find an attribute that changes for others, and hardly ever for churned customers."""
    gone = pl.col("left_at").is_not_null()
    numbers: Mapping[str, int] = own.select(
        gone=gone.sum(),
        others=(~gone).sum(),
        gone_moved=(gone & pl.col("changed_at").is_not_null()).sum(),
        others_moved=(~gone & pl.col("changed_at").is_not_null()).sum(),
    ).row(0, named=True)
    due = numbers["gone"] * numbers["others_moved"] / max(numbers["others"], 1)
    if due >= _DUE and numbers["gone_moved"] <= _MISSING * due:
        sentence = Sentence(
            _(
                "{changed:,} versions of churned customers changed it; the other customers suggest {due:,.0f}. "
                "One value was written into all versions."
            ),
            changed=numbers["gone_moved"],
            due=due,
        )
        yield "frozen", sentence


def _find_afterwards(own: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Find an attribute that changes for churned customers only after they churned."""
    gone = (
        own.drop_nulls(["left_at", "changed_at"])
        .group_by("customer_id")
        .agg(only_after=(pl.col("changed_at") > pl.col("left_at")).all())
    )
    after = int(gone["only_after"].sum())
    if after >= _CUSTOMERS and after >= _AFTER * gone.height:
        sentence = Sentence(
            _("{after:,} of {gone:,} churned customers who changed it did so only after they had churned."),
            after=after,
            gone=gone.height,
        )
        yield "after", sentence
