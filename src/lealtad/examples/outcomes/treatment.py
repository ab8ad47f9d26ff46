"""Whom interventions reached while an outcome was awaited, and who stands for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.outcomes.assigned import read_assignments
from lealtad.sources.contract.assignments import keep_first_assignments
from lealtad.sources.contract.outcomes import is_contact

if TYPE_CHECKING:
    from lealtad.company.outcome_definition import Label
    from lealtad.lake import Lake

_SIZES = {"campaign_id": pl.String, "stands_for": pl.Float64}


def compute_campaign_sizes(lake: Lake) -> pl.DataFrame:
    """Return by campaign for how many of its customers one of its holdout stands: `campaign_id, stands_for`.

    Campaigns without a holdout are absent. Customers drawn by lot for exploration count on neither side: no
    holdout was parted from them, and those like them who were not drawn are still there.
    """
    if not lake.has("interventions"):
        return pl.DataFrame(schema=_SIZES)
    held = (pl.col("arm") == "holdout").sum()
    chosen = keep_first_assignments(read_assignments(lake)).filter(~pl.col("explored"))
    sizes = chosen.group_by("campaign_id").agg((pl.len() / held).alias("stands_for"))
    return sizes.filter(pl.col("stands_for").is_finite()).sort("campaign_id")


def is_contacted_within(rows: pl.DataFrame, interventions: pl.DataFrame, days: float) -> pl.Series:
    """Say of each row whether an intervention reached its customer, or was to, within so many days of its date.

    The one rule of what a contact is, for labels, the effect of contacts and settlement: an assignment to be
    contacted that is made in `[as_of, as_of + days)`, or any contact that is made in it, of whichever campaign or
    arm, whose outcome does not deny it. Labels ask what happens without a contact and leave such rows out. Of a
    held-out row it says that the comparison is contaminated: effect and settlement keep the row, by intention to
    treat, and state the share.

    Parameters
    ----------
    rows
        `customer_id, as_of`.
    interventions
        `customer_id, campaign_id, assigned_at, arm` and perhaps `contacted_at, outcome`, as known now.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = lambda d: datetime(2026, 5, d, tzinfo=UTC)
    >>> rows = pl.DataFrame({"customer_id": ["a", "b"], "as_of": [day(1)] * 2})
    >>> given = rows.select("customer_id", campaign_id=pl.lit("c"), assigned_at=day(9))
    >>> given = given.with_columns(arm=pl.Series(["treated", "holdout"]))
    >>> is_contacted_within(rows, given, 28).to_list(), is_contacted_within(rows, given, 8).to_list()
    ([True, False], [False, False])
    """
    met = (
        _join_interventions(rows, interventions, days).filter("contacted").select("customer_id", "as_of").unique()
    )
    joined = rows.select("customer_id", "as_of").join(
        met.with_columns(contacted=True), on=["customer_id", "as_of"], how="left", maintain_order="left"
    )
    return joined["contacted"].fill_null(value=False)


def add_treatment(
    outcomes: pl.DataFrame, interventions: pl.DataFrame | None, label: Label, sizes: pl.DataFrame
) -> pl.DataFrame:
    """Add `treated` and `weight` to outcomes.

    Parameters
    ----------
    outcomes
        `customer_id, as_of` and others.
    interventions
        Assignments, as known now; None where there are none.
    sizes
        As `compute_campaign_sizes` returns them.

    Notes
    -----
    A customer who was contacted is no longer the customer whom nobody contacted: what they did says how well
    contacts work, not who leaves. Leaving them out alone would leave out those most at risk. A campaign's holdout
    was drawn from the same customers by chance, so each of them counts for `assigned / held out` of them.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.company.outcome_definition import Contractual
    >>> may = datetime(2026, 5, 1, tzinfo=UTC)
    >>> rows = pl.DataFrame({"customer_id": ["a", "b", "c"], "as_of": [may] * 3})
    >>> given = pl.DataFrame({"customer_id": ["a", "b"], "campaign_id": ["x", "x"], "assigned_at": [may] * 2,
    ...                       "arm": ["treated", "holdout"]})
    >>> sizes = pl.DataFrame({"campaign_id": ["x"], "stands_for": [2.0]})
    >>> add_treatment(rows, given, Contractual(), sizes).select("treated", "weight").rows()
    [(True, 0.0), (False, 2.0), (False, 1.0)]
    """
    if interventions is None:
        return outcomes.with_columns(treated=pl.lit(value=False), weight=pl.lit(1.0))
    met = _join_interventions(
        outcomes, interventions.join(sizes, on="campaign_id", how="left"), label.lead_days + label.horizon_days
    )
    held = (pl.col("arm") == "holdout") & pl.col("assigned")
    told = met.group_by("customer_id", "as_of").agg(
        pl.col("contacted").any().alias("treated"), pl.col("stands_for").filter(held).max().alias("stands_for")
    )
    joined = outcomes.join(told, on=["customer_id", "as_of"], how="left", maintain_order="left")
    treated = pl.col("treated").fill_null(value=False)
    weight = pl.col("stands_for").fill_null(1.0) if label.treated == "weigh" else pl.lit(1.0)
    counts = pl.when(treated & (label.treated != "keep")).then(0.0).otherwise(weight)
    return joined.with_columns(treated=treated, weight=counts).drop("stands_for")


def _join_interventions(rows: pl.DataFrame, interventions: pl.DataFrame, days: float) -> pl.DataFrame:
    """Join each row with the interventions of its time: `read_assignments` in it, and whether they `contacted`."""
    opens, closes = pl.col("as_of"), pl.col("as_of") + timedelta(days=days)
    made = pl.col("contacted_at") if "contacted_at" in interventions.columns else pl.lit(None, INSTANT)
    at = pl.when(is_contact(interventions.columns)).then(made)
    # who is assigned again in a campaign was assigned to it the first time
    first = interventions.with_columns(pl.col("assigned_at").min().over("customer_id", "campaign_id"))
    reached = at.is_between(opens, closes, closed="left").fill_null(value=False)
    return (
        rows.select("customer_id", "as_of")
        .join(first, on="customer_id")
        .with_columns(assigned=pl.col("assigned_at").is_between(opens, closes, closed="left"), reached=reached)
        .filter(pl.col("assigned") | pl.col("reached"))
        .with_columns(contacted=pl.col("reached") | (pl.col("arm") == "treated"))
    )
