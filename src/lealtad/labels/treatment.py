"""Whom the company's own interventions reached while an outcome was awaited, and who stands for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.assigned import assigned_once
from lealtad.contract.outcomes import is_contact

if TYPE_CHECKING:
    from lealtad.label import Label
    from lealtad.lake import Lake

_INSTANT = pl.Datetime("us", "UTC")
_SIZES = {"campaign_id": pl.String, "stands_for": pl.Float64}


def campaign_sizes(lake: Lake) -> pl.DataFrame:
    """Return by campaign for how many of its customers one of its holdout stands: `campaign_id, stands_for`.

    Campaigns without a holdout are absent.
    """
    if not lake.has("interventions"):
        return pl.DataFrame(schema=_SIZES)
    assigned = assigned_once(
        lake.read("interventions", columns=["customer_id", "campaign_id", "assigned_at", "arm"])
    )
    held = (pl.col("arm") == "holdout").sum()
    sizes = assigned.group_by("campaign_id").agg((pl.len() / held).alias("stands_for"))
    return sizes.filter(pl.col("stands_for").is_finite()).sort("campaign_id")


def with_treatment(
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
        As `campaign_sizes` returns them.

    Notes
    -----
    A customer who was contacted is no longer the customer whom nobody contacted: what they did says how well
    contacts work, not who leaves. Leaving them out alone would leave out those most at risk. A campaign's holdout
    was drawn from the same customers by chance, so each of them counts for `assigned / held out` of them.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.label import Contractual
    >>> may = datetime(2026, 5, 1, tzinfo=UTC)
    >>> rows = pl.DataFrame({"customer_id": ["a", "b", "c"], "as_of": [may] * 3})
    >>> given = pl.DataFrame({"customer_id": ["a", "b"], "campaign_id": ["x", "x"], "assigned_at": [may] * 2,
    ...                       "arm": ["treated", "holdout"]})
    >>> sizes = pl.DataFrame({"campaign_id": ["x"], "stands_for": [2.0]})
    >>> with_treatment(rows, given, Contractual(), sizes).select("treated", "weight").rows()
    [(True, 0.0), (False, 2.0), (False, 1.0)]
    """
    if interventions is None:
        return outcomes.with_columns(treated=pl.lit(value=False), weight=pl.lit(1.0))
    span = timedelta(days=label.lead_days + label.horizon_days)
    opens, closes = pl.col("as_of"), pl.col("as_of") + span
    contacted = "contacted_at" if "contacted_at" in interventions.columns else pl.lit(None, _INSTANT)
    reached = pl.when(is_contact(interventions.columns)).then(contacted)
    # who is assigned again in a campaign was assigned to it the first time
    first = interventions.with_columns(pl.col("assigned_at").min().over("customer_id", "campaign_id"))
    met = (
        outcomes.select("customer_id", "as_of")
        .join(first.join(sizes, on="campaign_id", how="left"), on="customer_id")
        .with_columns(
            assigned=pl.col("assigned_at").is_between(opens, closes, closed="left"),
            reached=reached.is_between(opens, closes, closed="left").fill_null(value=False),
        )
        .filter(pl.col("assigned") | pl.col("reached"))
    )
    is_treated, is_held = pl.col("arm") == "treated", (pl.col("arm") == "holdout") & pl.col("assigned")
    told = met.group_by("customer_id", "as_of").agg(
        is_treated.any().alias("treated"), pl.col("stands_for").filter(is_held).max().alias("stands_for")
    )
    joined = outcomes.join(told, on=["customer_id", "as_of"], how="left", maintain_order="left")
    treated = pl.col("treated").fill_null(value=False)
    weight = pl.col("stands_for").fill_null(1.0) if label.treated == "weigh" else pl.lit(1.0)
    counts = pl.when(treated & (label.treated != "keep")).then(0.0).otherwise(weight)
    return joined.with_columns(treated=treated, weight=counts).drop("stands_for")
