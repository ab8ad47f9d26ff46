"""Tickets as drivers: kinds, waits for a reply, open and reopened tickets, and a bad first month."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.drivers.known_facts import PARTED, WEIGHT, name_driver, sum_experiences
from lealtad.kpis.tickets import tickets
from lealtad.kpis.waiting import compute_hours_between

if TYPE_CHECKING:
    from lealtad.experience.drivers.known_facts import KnownFacts

_OPEN_DAYS, _MOST_OPEN, _MOST_DOUBLINGS = 7, 2, 3.0
_FIRST_DAYS, _REMEMBERED_DAYS = 28, 182
_PROMISED_HOURS = 4.0  # if the company has no target


def list_tickets(facts: KnownFacts) -> list[pl.DataFrame]:
    """Return customers' experiences with tickets."""
    events = facts.find("ticket_events", "occurred_at", "ticket_id", "event")
    if events is None or events.is_empty():
        return []
    every = tickets(events, as_of=facts.as_of).filter(~pl.col("opened_by_agent"))
    touching = every.filter((pl.col("created_at") >= facts.memory_start) | pl.col("is_open"))
    recent = touching.with_columns(facts.weigh("created_at"))
    waited = _add_lateness(facts, recent)
    old = pl.col("created_at") < facts.as_of - timedelta(days=_OPEN_DAYS)
    return [
        _list_kinds(waited.filter(pl.col("created_at") >= facts.window_start), old),
        _sum_moment(waited, "first_reply", pl.col("late") * pl.col(WEIGHT)),
        _sum_moment(recent, "open_ticket", (pl.col("is_open") & old).cast(pl.Float64)).with_columns(
            pl.col("bad").clip(0, _MOST_OPEN)
        ),
        _sum_moment(recent.filter(pl.col("solves") > 0), "reopened", pl.col("reopens") * pl.col(WEIGHT)),
        *_list_first_months(facts, every),
    ]


def _sum_moment(rows: pl.DataFrame, name: str, bad: pl.Expr) -> pl.DataFrame:
    return sum_experiences(rows, pl.lit(name_driver("moment", name)), bad)


def _list_kinds(recent: pl.DataFrame, old: pl.Expr) -> pl.DataFrame:
    """Return the kinds of tickets; a ticket goes badly if it is answered late, reopened or left open."""
    category = pl.col("category") if "category" in recent.columns else pl.lit(None, pl.String)
    key = pl.concat_str(pl.lit("ticket"), category.fill_null("other"), separator=PARTED)
    failed = (pl.col("late") > 0) | (pl.col("reopens") > 0) | (pl.col("is_open") & old)
    return sum_experiences(recent, key, failed.cast(pl.Float64) * pl.col(WEIGHT))


def _add_lateness(facts: KnownFacts, recent: pl.DataFrame) -> pl.DataFrame:
    """Add `late`: the number of doublings by which the first reply exceeded the target."""
    promised = facts.settings.targets.first_response_hours or _PROMISED_HOURS
    waits = recent.with_columns(pl.coalesce("first_reply_at", pl.lit(facts.as_of)).alias("until"))
    hours = compute_hours_between(waits, "created_at", "until", facts.settings.business)
    doublings = (pl.col("hours") / promised).clip(1, None).log(2).clip(0, _MOST_DOUBLINGS)
    return waits.with_columns(hours).with_columns(doublings.alias("late"))


def _list_first_months(facts: KnownFacts, every: pl.DataFrame) -> list[pl.DataFrame]:
    """Return recent customers, and whether they opened a ticket in their first 28 days."""
    contracts = facts.find("subscriptions", "occurred_at", "event")
    if contracts is None:
        return []
    began = contracts.filter(pl.col("event") == "start").group_by("customer_id").agg(pl.col("occurred_at").min())
    new = began.filter(pl.col("occurred_at") >= facts.as_of - timedelta(days=_REMEMBERED_DAYS))
    early = every.select("customer_id", "created_at").join(new, on="customer_id")
    after = pl.col("created_at") - pl.col("occurred_at")
    early = early.filter(after >= timedelta(0), after < timedelta(days=_FIRST_DAYS))
    had = new.join(early.select("customer_id").unique().with_columns(had=1.0), on="customer_id", how="left")
    return [_sum_moment(had, "first_month", pl.col("had").fill_null(0.0))]
