"""Interventions during an outcome's time: reached customers, and the holdout weighted to represent them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.sources.contract.assignments import keep_first_assignments
from lealtad.sources.contract.outcomes import is_contact

if TYPE_CHECKING:
    from lealtad.company.outcome_definition import Label
    from lealtad.lake import Lake

_ASSIGNMENT = ["customer_id", "campaign_id", "assigned_at"]
_KEPT = "_campaign_sizes"
_SIZES = {"campaign_id": pl.String, "stands_for": pl.Float64}


def read_assignments(lake: Lake) -> pl.DataFrame:
    """Return the interventions of a lake as known now, with `explored`: chosen by a random draw.

    It is taken from our own lists too, in case the company's systems report assignments back without it.
    """
    assignments = lake.read("interventions")
    marked = (
        pl.col("explored").fill_null(value=False) if "explored" in assignments.columns else pl.lit(value=False)
    )
    assignments = assignments.with_columns(marked.alias("explored"))
    if not lake.has("lists") or "explored" not in lake.columns("lists"):
        return assignments
    drawn = lake.read("lists", columns=["customer_id", "campaign_id", "as_of"], where=pl.col("explored"))
    by_lot = drawn.rename({"as_of": "assigned_at"}).unique(_ASSIGNMENT).with_columns(by_lot=True)
    joined = assignments.join(by_lot, on=_ASSIGNMENT, how="left", maintain_order="left")
    return joined.with_columns(pl.col("explored") | pl.col("by_lot").fill_null(value=False)).drop("by_lot")


def compute_campaign_sizes(lake: Lake) -> pl.DataFrame:
    """Return by campaign how many of its customers each held-out customer represents: `campaign_id, stands_for`.

    Campaigns without a holdout are absent. Customers chosen for exploration by a random draw count on neither
    side. They have no holdout, and similar customers who were not drawn are still there.
    """
    # cached, because it needs the interventions of all buckets, and every bucket's outcomes need it
    sizes: pl.DataFrame | None = vars(lake).get(_KEPT)
    if sizes is None:
        sizes = vars(lake)[_KEPT] = _compute_sizes(lake)
    return sizes


def _compute_sizes(lake: Lake) -> pl.DataFrame:
    if not lake.has("interventions"):
        return pl.DataFrame(schema=_SIZES)
    holdouts = (pl.col("arm") == "holdout").sum()
    chosen = keep_first_assignments(read_assignments(lake)).filter(~pl.col("explored"))
    sizes = chosen.group_by("campaign_id").agg((pl.len() / holdouts).alias("stands_for"))
    return sizes.filter(pl.col("stands_for").is_finite()).sort("campaign_id")


def is_contacted_within(rows: pl.DataFrame, interventions: pl.DataFrame, days: float) -> pl.Series:
    """Return for each row whether an intervention reached the customer, or was to, within `days` of the date.

    Outcomes, the effect of contacts and settlement use this one rule. A contact is an assignment to be contacted
    in `[as_of, as_of + days)`, or a contact made in it that its outcome does not deny. Campaign and arm do not
    matter. Outcomes ask what happens without a contact and leave such rows out. For a held-out row, the
    comparison is contaminated: effect and settlement keep the row, by intention to treat, and state the share.

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
        Assignments, as known now; None if there are none.
    sizes
        As `compute_campaign_sizes` returns them.

    Notes
    -----
    The outcome of a contacted customer shows how well contacts work, not who churns without one. Only leaving them
    out would leave out those most at risk. A campaign's holdout was drawn from the same customers at random, so
    each of them gets the weight `assigned / held out`.

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
    is_holdout = (pl.col("arm") == "holdout") & pl.col("assigned")
    treatments = met.group_by("customer_id", "as_of").agg(
        pl.col("contacted").any().alias("treated"),
        pl.col("stands_for").filter(is_holdout).max().alias("stands_for"),
    )
    joined = outcomes.join(treatments, on=["customer_id", "as_of"], how="left", maintain_order="left")
    treated = pl.col("treated").fill_null(value=False)
    weight = pl.col("stands_for").fill_null(1.0) if label.treated == "weigh" else pl.lit(1.0)
    counts = pl.when(treated & (label.treated != "keep")).then(0.0).otherwise(weight)
    return joined.with_columns(treated=treated, weight=counts).drop("stands_for")


def _join_interventions(rows: pl.DataFrame, interventions: pl.DataFrame, days: float) -> pl.DataFrame:
    """Join each row with the interventions of its time: `assignments` in it, and whether they `contacted`."""
    opens, closes = pl.col("as_of"), pl.col("as_of") + timedelta(days=days)
    contacted_at = pl.col("contacted_at") if "contacted_at" in interventions.columns else pl.lit(None, INSTANT)
    at = pl.when(is_contact(interventions.columns)).then(contacted_at)
    # of repeated assignments in a campaign the first counts
    first = interventions.with_columns(pl.col("assigned_at").min().over("customer_id", "campaign_id"))
    reached = at.is_between(opens, closes, closed="left").fill_null(value=False)
    return (
        rows.select("customer_id", "as_of")
        .join(first, on="customer_id")
        .with_columns(assigned=pl.col("assigned_at").is_between(opens, closes, closed="left"), reached=reached)
        .filter(pl.col("assigned") | pl.col("reached"))
        .with_columns(contacted=pl.col("reached") | (pl.col("arm") == "treated"))
    )
