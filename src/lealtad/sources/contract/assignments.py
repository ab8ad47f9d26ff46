"""The arm of each customer in a campaign: one assignment per customer, and never two arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.outcomes import express_outcome
from lealtad.sources.contract.rejects import RuleBreach

if TYPE_CHECKING:
    from lealtad.sources.contract.tables import Table

_PAIR = ["customer_id", "campaign_id"]


def keep_first_assignments(interventions: pl.DataFrame) -> pl.DataFrame:
    """Return one row per customer and campaign: the first assignment, with the last outcome that is known.

    Customers whose merged ids were in both arms are left out.

    Returns
    -------
    `customer_id, campaign_id, assigned_at, arm, action, explored, outcome`, sorted. `explored` is true where a
    random draw chose the contact, and false where nothing states it.

    Examples
    --------
    >>> rows = pl.DataFrame({"customer_id": ["a", "a"], "campaign_id": ["c", "c"], "assigned_at": [1, 2],
    ...                      "arm": ["treated"] * 2, "outcome": ["No contesta", "aceptado"]})
    >>> keep_first_assignments(rows).select("assigned_at", "outcome").rows()
    [(1, 'accepted')]
    """
    columns = interventions.columns
    clocks = [name for name in ("contacted_at", "assigned_at") if name in columns]
    ties = [name for name in ("known_at", "recorded_at", "arm", "action", "outcome") if name in columns]
    rows = interventions.with_columns(
        express_outcome(columns),
        (pl.col("action") if "action" in columns else pl.lit(None)).cast(pl.String).alias("action"),
        (pl.col("explored").fill_null(value=False) if "explored" in columns else pl.lit(value=False)).alias(
            "explored"
        ),
        pl.coalesce(clocks).alias("_reported_at"),
    ).sort("assigned_at", *ties)
    outcome = pl.col("outcome").sort_by("_reported_at", maintain_order=True).drop_nulls().last()
    return (
        rows.group_by(_PAIR)
        .agg(
            pl.col("assigned_at").first(),
            pl.col("arm").first(),
            pl.col("action").drop_nulls().first(),
            pl.col("explored").any(),
            outcome,
            pl.col("arm").n_unique().alias("_arms"),
        )
        .filter(pl.col("_arms") == 1)
        .drop("_arms")
        .sort(_PAIR)
    )


def find_arm_changes(
    table: Table, rows: pl.DataFrame, sound: pl.Series, stored: pl.DataFrame | None
) -> list[RuleBreach]:
    """Find assignments that put a customer into another arm than the campaign's first assignment.

    The first assignment is the one in the lake, else the earliest of these rows. A correction has the same
    `assigned_at`. If two arms are recorded at that instant, and no `recorded_at` makes one the correction, both
    rows are rejected.
    """
    if table.name != "interventions":
        return []
    torn = _is_in_two_arms(rows, sound)
    assignments = [
        part.select(_select_assignment(part)) for part in (stored, rows.filter(sound & ~torn)) if part is not None
    ]
    first = pl.concat(
        part.with_columns(pl.lit(rank).alias("_rank")) for rank, part in enumerate(assignments)
    ).sort("_rank", "assigned_at", pl.col("recorded_at").neg(), maintain_order=True)
    first = first.unique(_PAIR, keep="first", maintain_order=True).select(
        *_PAIR, pl.col("arm").alias("_arm"), pl.col("assigned_at").alias("_first_at")
    )
    other = (pl.col("arm") != pl.col("_arm")) & (pl.col("assigned_at") != pl.col("_first_at"))
    joined = rows.select(*_PAIR, "assigned_at", "arm").join(first, on=_PAIR, how="left", maintain_order="left")
    broken = joined.select(other.fill_null(value=False)).to_series() | torn
    sentence = "arm must be that of the customer's first assignment in the campaign"
    return [RuleBreach("arm_stays_the_same", sentence, broken)]


def _select_assignment(part: pl.DataFrame) -> list[pl.Expr]:
    """Select the columns of an assignment, and its recording time as a number, 0 if unknown."""
    recorded = pl.col("recorded_at").to_physical() if "recorded_at" in part.columns else pl.lit(0, pl.Int64)
    return [*map(pl.col, (*_PAIR, "assigned_at", "arm")), recorded.fill_null(0).alias("recorded_at")]


def _is_in_two_arms(rows: pl.DataFrame, sound: pl.Series) -> pl.Series:
    """Mark assignments with several arms under one `recorded_at`, since the order of rows must not decide."""
    moment = [*_PAIR, "assigned_at", *(["recorded_at"] if "recorded_at" in rows.columns else [])]
    arms_there = rows.filter(sound).group_by(moment).agg(pl.col("arm").n_unique().alias("_arms"))
    joined = rows.select(moment).join(arms_there, on=moment, how="left", nulls_equal=True, maintain_order="left")
    return (joined["_arms"].fill_null(0) > 1) & sound
