"""The past of a customer, held constant when the effect of a driver is estimated."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.drivers.known_facts import WINDOW_DAYS

if TYPE_CHECKING:
    from lealtad.experience.drivers.known_facts import KnownFacts

PAST = ("tenure", "spent", "orders", "pays", "answered", "last_nps", "contacts", "own_contacts", "contacted")
_DAY = 86_400


def describe_past(facts: KnownFacts, customers: pl.DataFrame) -> pl.DataFrame:
    """Return `customer_id` and the past of each customer as numbers; missing values are 0.

    `tenure` (log days since the first contract or order), `spent` and `orders` (log, of the window), `pays` (log
    monthly amount), `answered` (share of invitations of a year), `last_nps` (−1 to 1), `contacts` and
    `own_contacts` (log, of the window), `contacted` (by a campaign in the window).
    """
    described = customers.select("customer_id")
    for part in (*_list_orders(facts), *_list_contracts(facts), *_list_surveys(facts), *_list_contacts(facts)):
        described = described.join(part, on="customer_id", how="left")
    absent = [pl.lit(0.0).alias(name) for name in PAST if name not in described.columns]
    return described.with_columns(absent).select("customer_id", pl.col(PAST).cast(pl.Float64).fill_null(0.0))


def _list_orders(facts: KnownFacts) -> list[pl.DataFrame]:
    orders = facts.find("orders", "ordered_at", "amount")
    if orders is None:
        return []
    recent = orders.filter(pl.col("ordered_at") >= facts.window_start)
    return [
        recent.group_by("customer_id").agg(
            pl.col("amount").sort().sum().clip(0).log1p().alias("spent"), pl.len().log1p().alias("orders")
        )
    ]


def _list_contracts(facts: KnownFacts) -> list[pl.DataFrame]:
    contracts = facts.find("subscriptions", "occurred_at", "event")
    if contracts is None:
        orders = facts.find("orders", "ordered_at")
        if orders is None:
            return []
        return [orders.group_by("customer_id").agg(_log_days(facts, pl.col("ordered_at").min()).alias("tenure"))]
    amount = pl.col("amount_monthly") if "amount_monthly" in contracts.columns else pl.lit(0.0)
    ordered = contracts.sort("occurred_at", "event")
    return [
        ordered.group_by("customer_id").agg(
            _log_days(facts, pl.col("occurred_at").min()).alias("tenure"),
            amount.drop_nulls().last().log1p().alias("pays"),
        )
    ]


def _log_days(facts: KnownFacts, moment: pl.Expr) -> pl.Expr:
    return ((pl.lit(facts.as_of) - moment).dt.total_seconds() / _DAY).clip(0).log1p()


def _list_surveys(facts: KnownFacts) -> list[pl.DataFrame]:
    surveys = facts.find("surveys", "sent_at", "metric", "score", "answered_at")
    if surveys is None:
        return []
    is_answered = pl.col("answered_at").is_not_null() & (pl.col("answered_at") < facts.as_of)
    year = surveys.filter(pl.col("sent_at") >= facts.as_of - timedelta(days=4 * WINDOW_DAYS))
    scores = surveys.filter(pl.col("metric") == "nps", is_answered, pl.col("score").is_not_null()).sort(
        "answered_at"
    )
    return [
        year.group_by("customer_id").agg(is_answered.mean().alias("answered")),
        scores.group_by("customer_id").agg(((pl.col("score").last() - 7) / 3).clip(-1, 1).alias("last_nps")),
    ]


def _list_contacts(facts: KnownFacts) -> list[pl.DataFrame]:
    parts = []
    contacts = facts.find("touchpoints", "occurred_at", "initiated_by")
    if contacts is not None:
        recent = contacts.filter(pl.col("occurred_at") >= facts.window_start)
        own = (pl.col("initiated_by") == "customer").sum()
        parts.append(
            recent.group_by("customer_id").agg(
                pl.len().log1p().alias("contacts"), own.log1p().alias("own_contacts")
            )
        )
    campaigns = facts.find("interventions", "contacted_at")
    if campaigns is not None:
        recent = campaigns.filter(pl.col("contacted_at") >= facts.window_start)
        parts.append(recent.group_by("customer_id").agg(pl.lit(1.0).alias("contacted")))
    return parts
