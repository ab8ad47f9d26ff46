"""Lasting arms: a listed customer stays treated or held out until the outcome of that list is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.experiments.assignment.storage import find_held_back
from lealtad.lake import resolve_people
from lealtad.sources.contract.recommended import recommends
from lealtad.worklist.stored_lists import INTERVENTIONS, LISTS

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

ELSEWHERE = "elsewhere"
ARMS = {"customer_id": pl.String, "arm": pl.String, "awaited": pl.Boolean}
NO_ARMS = pl.DataFrame(schema=ARMS)
_NO_LISTS = pl.DataFrame(
    schema={
        "customer_id": pl.String,
        "campaign_id": pl.String,
        "as_of": INSTANT,
        "arm": pl.String,
    }
)


def read_arms(lake: Lake, campaign_id: str, as_of: datetime, days: int) -> pl.DataFrame:
    """Return the arms of a lake that a list of this moment must keep; see `find_lasting_arms`.

    Only lists of earlier nights count, and `interventions` known before. Ids merged by then are one customer.
    Controls of a running experiment, and its global holdout, are `elsewhere`: no list contacts them.

    Parameters
    ----------
    days
        Days from a list until its horizon is over.
    """
    listed = lake.read(LISTS, columns=_NO_LISTS.columns) if lake.has(LISTS) else _NO_LISTS
    others = _NO_LISTS
    if lake.has(INTERVENTIONS):
        rows = lake.read(INTERVENTIONS, as_of=as_of)
        # customers held out of recommendations may be contacted for anything else
        others = rows.filter(~recommends(rows.columns)).rename({"assigned_at": "as_of"})
        others = others.select(_NO_LISTS.columns)
    identities = resolve_people(lake.identity_history, as_of)
    own = listed.with_columns(pl.col("customer_id").replace(identities["alias"], identities["customer_id"]))
    lasting = find_lasting_arms(own, campaign_id, as_of, days, others=others)
    held_back = find_held_back(lake, as_of).with_columns(arm=pl.lit(ELSEWHERE), awaited=pl.lit(value=True))
    holdout = lasting.filter(pl.col("arm") == "holdout")
    return pl.concat([holdout, held_back, lasting]).unique("customer_id", keep="first").sort("customer_id")


def find_lasting_arms(
    listed: pl.DataFrame, campaign_id: str, as_of: datetime, days: int, *, others: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the customers who keep their arm, one row each.

    A customer keeps the arm until the horizon of their last list is over, and for as long as the campaign of a
    list lasts. A customer who was held out on any list of that time is held out.

    Parameters
    ----------
    listed
        `customer_id, campaign_id, as_of, arm` of lists; those of `as_of` or later do not count.
    campaign_id
        The campaign of tonight's list.
    days
        Days from a list until its horizon is over; from then on a contact no longer affects the outcome.
    others
        The same columns of assignments, with the moment of each as `as_of`. A holdout of a campaign without a list
        is skipped until its horizon is over: its arm is `elsewhere`.

    Returns
    -------
    `customer_id, arm` (treated, holdout, elsewhere), `awaited` (whether an outcome is still awaited); by id.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> listed = pl.DataFrame({"customer_id": ["a", "b"], "campaign_id": ["retention-2026-01"] * 2,
    ...                        "as_of": [datetime(2026, 1, day, tzinfo=UTC) for day in (2, 20)],
    ...                        "arm": ["treated", "holdout"]})
    >>> find_lasting_arms(listed, "retention-2026-02", datetime(2026, 2, 1, tzinfo=UTC), 28).rows()
    [('b', 'holdout', True)]
    """
    past = listed.filter(pl.col("as_of") < as_of)
    own = _combine_arms(past, campaign_id, as_of, days)
    if others is None:
        return own
    campaigns = {campaign_id, *past["campaign_id"]}
    foreign = others.filter(
        pl.col("as_of") < as_of, pl.col("arm") == "holdout", ~pl.col("campaign_id").is_in(list(campaigns))
    )
    others_held = _combine_arms(foreign, campaign_id, as_of, days).with_columns(arm=pl.lit(ELSEWHERE))
    ours_held = own.filter(pl.col("arm") == "holdout")
    # of two arms of a customer, the one that forbids the contact counts, and among those our own
    return pl.concat([ours_held, others_held, own]).unique("customer_id", keep="first").sort("customer_id")


def _combine_arms(rows: pl.DataFrame, campaign_id: str, as_of: datetime, days: int) -> pl.DataFrame:
    awaited = pl.col("as_of") > as_of - timedelta(days=days)
    is_held_out = (pl.col("arm") == "holdout").any()
    return (
        rows.with_columns(awaited=awaited)
        .filter(pl.col("awaited") | (pl.col("campaign_id") == campaign_id))
        .group_by("customer_id")
        .agg(
            pl.when(is_held_out).then(pl.lit("holdout")).otherwise(pl.lit("treated")).alias("arm"),
            pl.col("awaited").any(),
        )
        .sort("customer_id")
    )
