"""Campaign assignments joined with the customer's state before, and with the outcome."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.outcomes.treatment import is_contacted_within, read_assignments
from lealtad.sources.contract.assignments import keep_first_assignments
from lealtad.sources.contract.outcomes import is_accepted
from lealtad.sources.contract.recommended import recommends

if TYPE_CHECKING:
    from lealtad.lake import Lake

_LATEST_DAYS = 14  # an older state no longer describes the customer at the contact


def read_campaign_assignments(
    lake: Lake,
    scored_rows: pl.DataFrame,
    *,
    latest_days: float = _LATEST_DAYS,
    awaited_days: float | None = None,
) -> pl.DataFrame:
    """Return one row per customer assigned in a campaign, as they were at the date before the first assignment.

    Parameters
    ----------
    scored_rows
        `customer_id, as_of, observed, probability` and features, as of several dates: rows of `read_active`
        with the probabilities that were predicted then.
    latest_days
        How many days before the assignment the date may be; assignments without such a row are left out.
    awaited_days
        How many days the outcome of an assignment is awaited; None leaves out `contaminated`.

    Returns
    -------
    `customer_id, campaign_id, assigned_at, arm, action`, `accepted` (by the last outcome known; null if nobody
    was reached: `not_reached`, `wrong_number`, or unknown), `explored` (drawn at random, without a counterpart in
    the holdout), `contaminated` (held out, and contacted by somebody while the outcome was awaited; by intention
    to treat the row stays) and the columns of `scored_rows`. Rows are sorted by customer and assignment.
    `observed` is the outcome of the row's date, whose time begins up to `latest_days` before the assignment.

    Raises
    ------
    LakeError
        If the lake's files cannot be read.
    """
    if not lake.has("interventions"):
        return join_assignments(_NOTHING, scored_rows, latest_days=latest_days, awaited_days=awaited_days)
    return join_assignments(
        read_assignments(lake), scored_rows, latest_days=latest_days, awaited_days=awaited_days
    )


_NOTHING = pl.DataFrame(
    schema={
        "customer_id": pl.String,
        "campaign_id": pl.String,
        "assigned_at": INSTANT,
        "arm": pl.String,
        "action": pl.String,
    }
)


def join_assignments(
    interventions: pl.DataFrame,
    scored_rows: pl.DataFrame,
    *,
    latest_days: float = _LATEST_DAYS,
    awaited_days: float | None = None,
) -> pl.DataFrame:
    """Join assignments with the newest row of their customer at or before each; see `read_campaign_assignments`.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = lambda d: datetime(2026, 1, d, tzinfo=UTC)
    >>> given = pl.DataFrame({"customer_id": ["a"], "campaign_id": ["c"], "assigned_at": [day(9)],
    ...                       "arm": ["treated"], "action": ["call"]})
    >>> rows = pl.DataFrame({"customer_id": ["a", "a"], "as_of": [day(1), day(8)], "observed": [False, True],
    ...                      "probability": [0.1, 0.2]})
    >>> join_assignments(given, rows).select("as_of", "probability", "accepted").row(0)[1:]
    (0.2, None)
    """
    # recommendations are measured by purchases, not by churn
    others = interventions.filter(~recommends(interventions.columns))
    assigned = keep_first_assignments(others).select(
        "customer_id",
        "campaign_id",
        pl.col("assigned_at").cast(scored_rows.schema["as_of"]),
        "arm",
        "action",
        is_accepted(pl.col("outcome")),
        "explored",
    )
    if awaited_days is not None:
        dates = assigned.select("customer_id", as_of="assigned_at")
        reached = is_contacted_within(dates, interventions, awaited_days)
        assigned = assigned.with_columns(contaminated=(pl.col("arm") == "holdout") & reached)
    return (
        assigned.sort("assigned_at")
        .join_asof(
            scored_rows.sort("as_of"),
            left_on="assigned_at",
            right_on="as_of",
            by="customer_id",
            strategy="backward",
            tolerance=timedelta(days=latest_days),
            check_sortedness=False,
            coalesce=False,
        )
        .drop_nulls("as_of")
        .sort("customer_id", "assigned_at", "campaign_id")
    )
