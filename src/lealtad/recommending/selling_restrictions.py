"""Facts that forbid selling to a customer as of a date: consent, open tickets, poor answers, declined offers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis import tickets
from lealtad.kpis.segments import describe_customers
from lealtad.kpis.thresholds import DETRACTOR_TO
from lealtad.lake.erasing.objections import read_objections
from lealtad.sources.contract.outcomes import REFUSES_CONTACT, express_outcome
from lealtad.sources.contract.recommended import express_product

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_ANSWER_DAYS = 365
_CUSTOMER = pl.Schema({"customer_id": pl.String()})


def read_restrictions(lake: Lake, as_of: datetime, bucket: int) -> pl.DataFrame:
    """Read the facts that guards need, for the customers of a bucket with any such fact.

    Returns
    -------
    `customer_id, consent` (false: withdrawn; null: not stated), `open_complaint` (a ticket is open) and
    `is_detractor` (0 to 6 at the last NPS answer within a year). Only what was known before the date counts.
    """
    parts = (_read_consent(lake, as_of, bucket), _find_open_tickets(lake, as_of, bucket))
    rows = parts[0]
    for more in (parts[1], _find_detractors(lake, as_of, bucket)):
        rows = rows.join(more, on="customer_id", how="full", coalesce=True)
    return rows.with_columns(pl.col("open_complaint", "is_detractor").fill_null(value=False))


def count_declines(lake: Lake, as_of: datetime, bucket: int) -> pl.DataFrame:
    """Count the offers of a product that a customer declined.

    Returns
    -------
    `customer_id, product_id, declined`; an assignment names its product as the action `recommend:PRODUCT`.
    """
    if not lake.has("interventions") or not {"outcome", "action"} <= lake.columns("interventions"):
        return pl.DataFrame(schema={**_CUSTOMER, "product_id": pl.String(), "declined": pl.Int64()})
    rows = lake.read("interventions", bucket, columns=["customer_id", "action", "outcome"], as_of=as_of)
    declined = rows.filter(express_outcome(rows.columns) == "declined")
    named = declined.with_columns(product_id=express_product(pl.col("action"))).drop_nulls("product_id")
    return named.group_by("customer_id", "product_id").agg(declined=pl.len().cast(pl.Int64))


def _read_consent(lake: Lake, as_of: datetime, bucket: int) -> pl.DataFrame:
    """Return the consent of each customer; a later opt-out or any objection to profiling overrules it."""
    if not lake.has("customers"):
        return pl.DataFrame(schema={**_CUSTOMER, "consent": pl.Boolean()})
    people = describe_customers(
        lake.read("customers", bucket, as_of=as_of), as_of, ["consent_contact", "valid_from"]
    )
    joined = people.join(_read_refusals(lake, as_of, bucket), on="customer_id", how="full", coalesce=True)
    is_younger = (pl.col("valid_from") > pl.col("refused_at")).fill_null(value=False)
    objects = pl.col("customer_id").is_in(read_objections(lake).implode())  # offers are based on profiling
    refuses = objects | (pl.col("refused_at").is_not_null() & ~is_younger)
    consent = pl.when(refuses).then(pl.lit(value=False)).otherwise("consent_contact")
    return joined.select("customer_id", consent=consent).unique("customer_id", keep="last", maintain_order=True)


def _read_refusals(lake: Lake, as_of: datetime, bucket: int) -> pl.DataFrame:
    if not lake.has("interventions") or "outcome" not in lake.columns("interventions"):
        return pl.DataFrame(schema={**_CUSTOMER, "refused_at": INSTANT})
    every = lake.read("interventions", bucket, as_of=as_of)
    rows = every.filter(express_outcome(every.columns) == REFUSES_CONTACT)
    at = pl.coalesce([name for name in ("contacted_at", "assigned_at") if name in rows.columns])
    return rows.filter(at < as_of).group_by("customer_id").agg(refused_at=at.max())


def _find_open_tickets(lake: Lake, as_of: datetime, bucket: int) -> pl.DataFrame:
    none = pl.DataFrame(schema={**_CUSTOMER, "open_complaint": pl.Boolean()})
    if not lake.has("ticket_events"):
        return none
    events = lake.read("ticket_events", bucket, as_of=as_of)
    created = events.filter(pl.col("event") == "created").select("ticket_id").unique()
    events = events.join(created, on="ticket_id", how="semi")
    if events.is_empty():
        return none
    waiting = tickets(events, as_of=as_of).filter("is_open")
    return waiting.select("customer_id", open_complaint=pl.lit(value=True)).unique().drop_nulls()


def _find_detractors(lake: Lake, as_of: datetime, bucket: int) -> pl.DataFrame:
    if not lake.has("surveys"):
        return pl.DataFrame(schema={**_CUSTOMER, "is_detractor": pl.Boolean()})
    answers = lake.read("surveys", bucket, as_of=as_of).filter(
        pl.col("metric") == "nps",
        pl.col("score").is_not_null(),
        pl.col("answered_at") < as_of,
        pl.col("answered_at") >= as_of - timedelta(days=_ANSWER_DAYS),
    )
    newest = answers.sort("customer_id", "answered_at", maintain_order=True).group_by("customer_id").last()
    return newest.select("customer_id", is_detractor=pl.col("score") <= DETRACTOR_TO)
