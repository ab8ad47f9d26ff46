"""Prospects: when each met the company, how far they got since, and who referred them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis.grouping import select_attributes
from lealtad.lake import replace_aliases, resolve_people
from lealtad.sources.contract.returns import is_return

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

FOLLOWED_DAYS, COHORT_DAYS = 91, 364
STEPS = ("awareness", "consideration", "purchase", "bought")
_AT = pl.Schema({"customer_id": pl.String(), "at": INSTANT})
PROSPECTS = pl.Schema(
    {
        "customer_id": pl.String(),
        "met_at": INSTANT,
        "referred_by": pl.String(),
        **dict.fromkeys(STEPS, pl.Boolean()),
    }
)


def list_prospects(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return the prospects of a year who have been followed for 91 days, one row each.

    Returns
    -------
    `customer_id, met_at` (first contact of any kind), `referred_by` (null: nobody), and the steps reached within
    91 days. `awareness` is always true. `consideration` and `purchase` are true after an own contact in that
    stage, or a later step. `bought` is true after a first order or contract.

    Notes
    -----
    Only what was known before `as_of` counts. Each prospect has the same time to buy, so that nobody is counted as
    lost who is still deciding.
    """
    contacts = _read_contacts(lake, as_of)
    bought = _find_first_purchases(lake, as_of)
    stated = _read_customers(lake, as_of)
    met = pl.concat([contacts.select(_AT.names()), stated.select("customer_id", at="met_at").drop_nulls(), bought])
    first = met.group_by("customer_id").agg(pl.col("at").min().alias("met_at"))
    latest = as_of - timedelta(days=FOLLOWED_DAYS)
    cohort = first.filter(pl.col("met_at") >= latest - timedelta(days=COHORT_DAYS), pl.col("met_at") < latest)
    until = pl.col("met_at") + timedelta(days=FOLLOWED_DAYS)
    followed = cohort.join(bought.rename({"at": "bought_at"}), on="customer_id", how="left")
    followed = followed.with_columns((pl.col("bought_at") < until).fill_null(value=False).alias("bought"))
    for stage, later in (("purchase", "bought"), ("consideration", "purchase")):
        own = contacts.filter(pl.col("stage") == stage, pl.col("initiated_by") == "customer")
        reached = own.join(cohort, on="customer_id").filter(pl.col("at") < until).select("customer_id").unique()
        came = pl.col("customer_id").is_in(reached["customer_id"].implode())
        followed = followed.with_columns((came | pl.col(later)).alias(stage))
    referrers = stated.select("customer_id", "referred_by")
    joined = followed.join(referrers, on="customer_id", how="left").with_columns(awareness=pl.lit(value=True))
    return joined.select(PROSPECTS.names()).cast(dict(PROSPECTS)).sort("customer_id")  # type: ignore[arg-type]


def _read_contacts(lake: Lake, as_of: datetime) -> pl.DataFrame:
    schema = {**_AT, "stage": pl.String(), "initiated_by": pl.String()}
    if not lake.has("touchpoints"):
        return pl.DataFrame(schema=schema)
    rows = lake.read(
        "touchpoints",
        columns=["customer_id", "occurred_at", "stage", "initiated_by"],
        where=pl.col("occurred_at") < as_of,
        as_of=as_of,
    )
    absent = [
        pl.lit(None, pl.String()).alias(name) for name in ("stage", "initiated_by") if name not in rows.columns
    ]
    return rows.with_columns(absent).select(
        "customer_id", pl.col("occurred_at").alias("at"), "stage", "initiated_by"
    )


def _find_first_purchases(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return the first order or contract of each customer."""
    parts = [_AT.to_frame()]
    if lake.has("orders"):
        orders = lake.read(
            "orders",
            columns=["customer_id", "ordered_at"],
            where=(pl.col("ordered_at") < as_of) & ~is_return(lake.columns("orders")),
            as_of=as_of,
        )
        parts.append(orders.select("customer_id", at="ordered_at"))
    if lake.has("subscriptions"):
        began = (pl.col("occurred_at") < as_of) & (pl.col("event") == "start")
        contracts = lake.read("subscriptions", columns=["customer_id", "occurred_at"], where=began, as_of=as_of)
        parts.append(contracts.select("customer_id", at="occurred_at"))
    return pl.concat(parts).group_by("customer_id").agg(pl.col("at").min())


def _read_customers(lake: Lake, as_of: datetime) -> pl.DataFrame:
    """Return `customer_id, met_at, referred_by`, with the current id of the referrer."""
    if not lake.has("customers"):
        return pl.DataFrame(schema={"customer_id": pl.String(), "met_at": INSTANT, "referred_by": pl.String()})
    rows = select_attributes(lake.read("customers", as_of=as_of), as_of)
    absent = {"first_contact_at": INSTANT, "referred_by": pl.String()}
    rows = rows.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in absent.items() if name not in rows.columns
    )
    before = pl.when(pl.col("first_contact_at") < as_of).then("first_contact_at").alias("met_at")
    people = rows.select("customer_id", before, "referred_by")
    referrers = people.select("customer_id", "referred_by").drop_nulls().rename({"customer_id": "prospect"})
    now = replace_aliases(
        referrers.rename({"referred_by": "customer_id"}), resolve_people(lake.identity_history, as_of)
    )
    named = now.select(pl.col("prospect").alias("customer_id"), pl.col("customer_id").alias("referred_by"))
    return people.drop("referred_by").join(named.unique("customer_id"), on="customer_id", how="left")
