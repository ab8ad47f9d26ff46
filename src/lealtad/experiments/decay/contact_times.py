"""When assigned customers churned, counted from their assignment: by contracts, or by silence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.company.outcome_definition import Contractual, Inactivity
from lealtad.examples.outcomes.times import compute_table_times
from lealtad.examples.outcomes.treatment import read_assignments
from lealtad.experiments.decay.silence_times import compute_silence_times
from lealtad.sources.contract.assignments import keep_first_assignments

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.lake import Lake

_DAY = 86_400e6  # microseconds
_MEMORY_DAYS = 364
TIMES = {
    "customer_id": pl.String,
    "campaign_id": pl.String,
    "treated": pl.Boolean,
    "contact": pl.Int64,
    "churned_after_days": pl.Float64,
    "followed_days": pl.Float64,
    "churned_soon": pl.Boolean,
}


def read_contact_times(lake: Lake, assigned: pl.DataFrame, conditions: Conditions) -> pl.DataFrame:
    """Return how long assigned customers stayed, one row per assignment of a customer who was then active.

    Parameters
    ----------
    assigned
        `customer_id, assigned_at, treated` and perhaps `campaign_id, contact`.
    conditions
        Definition of churn, end of the data, identities.

    Returns
    -------
    `customer_id, campaign_id, treated, contact, churned_after_days` (null: not while followed), `followed_days`,
    `churned_soon` (within the horizon of the model; null: not known yet). If silence is churn, see
    `compute_silence_times`. There are no rows if the model does not predict churn.
    """
    label = conditions.label
    if not isinstance(label, Contractual | Inactivity) or assigned.is_empty() or not lake.has(label.tables[0]):
        return pl.DataFrame(schema=TIMES)
    contact = pl.col("contact") if "contact" in assigned.columns else pl.lit(1, pl.Int64)
    campaign = pl.col("campaign_id") if "campaign_id" in assigned.columns else pl.lit(None, pl.String)
    dated = assigned.with_columns(
        as_of=pl.col("assigned_at").dt.truncate("1d"), contact=contact, campaign_id=campaign
    )
    place = lake.bucket_of(dated["customer_id"])
    parts = [pl.DataFrame(schema=TIMES)]
    for bucket in lake.buckets:
        here = dated.filter(place == bucket)
        if here.is_empty():
            continue
        dates = here["as_of"].unique().sort().to_list()
        times = _compute_times(lake.history(label.tables[0], bucket), dates, label, conditions)
        joined = here.join(times, on=["customer_id", "as_of"])
        parts.append(joined.select(*TIMES).cast(TIMES))  # type: ignore[arg-type]
    return pl.concat(parts)


def _compute_times(
    history: pl.DataFrame, dates: list[datetime], label: Contractual | Inactivity, conditions: Conditions
) -> pl.DataFrame:
    churned = pl.col("churned_after_days")
    if isinstance(label, Inactivity):
        times = compute_silence_times(history, dates, label, conditions.end, conditions.identities)
        # a silence that begins at the date is the churn that the model predicts
        is_known, soon = pl.col("as_of") <= conditions.end - timedelta(days=label.horizon_days), churned == 0
    else:
        whole = label.model_copy(update={"treated": "keep"})
        dated = compute_table_times(history, dates, whole, conditions.end, conditions.identities)
        times = add_followed_days(dated, whole, conditions.end)
        is_known, soon = pl.col("followed_days") >= label.horizon_days, churned < label.horizon_days
    return times.with_columns(churned_soon=pl.when(is_known).then(soon.fill_null(value=False)))


def add_followed_days(times: pl.DataFrame, label: Contractual, end: datetime) -> pl.DataFrame:
    """Add `followed_days`: until the customer was last observed, or until what ended could have resumed.

    Parameters
    ----------
    times
        `as_of, censored_after_days`, as `compute_table_times` returns them.
    """
    settled = pl.lit(end - timedelta(days=label.grace_days))
    followed = (settled - pl.col("as_of")).dt.total_microseconds() / _DAY
    return times.with_columns(followed_days=pl.coalesce("censored_after_days", followed).clip(0))


def list_campaign_contacts(lake: Lake) -> pl.DataFrame:
    """Return the assignments of the company's campaigns, each with the number of the contact it is.

    Returns
    -------
    `customer_id, campaign_id, assigned_at, treated, contact`: one more than the campaigns that were to contact the
    customer within 364 days before. Customers drawn at random for exploration have no counterpart here.
    """
    if not lake.has("interventions"):
        schema = {"customer_id": pl.String, "treated": pl.Boolean, "contact": pl.Int64}
        return pl.DataFrame(schema=schema)
    first = keep_first_assignments(read_assignments(lake)).filter(~pl.col("explored"))
    rows = first.select(
        "customer_id", "campaign_id", "assigned_at", treated=pl.col("arm") == "treated"
    ).with_row_index("_row")
    earlier = rows.filter("treated").select("customer_id", before="assigned_at")
    since = pl.col("assigned_at") - pl.col("before")
    counts = (
        rows.join(earlier, on="customer_id")
        .filter(since > timedelta(0), since <= timedelta(days=_MEMORY_DAYS))
        .group_by("_row")
        .agg(pl.len().cast(pl.Int64).alias("earlier"))
    )
    joined = rows.join(counts, on="_row", how="left", maintain_order="left")
    return joined.with_columns(contact=pl.col("earlier").fill_null(0) + 1).drop("_row", "earlier")
