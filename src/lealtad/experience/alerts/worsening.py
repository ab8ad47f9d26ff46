"""Worsening drivers: a larger share of their customers has bad moments than before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.experience.alerts.budget import DRIVER, compute_chance_threshold
from lealtad.experience.alerts.increases import BEFORE, RECENT, compute_increase_chance
from lealtad.experience.alerts.signal import Signal
from lealtad.experience.alerts.themes import CLEAR_FROM
from lealtad.experience.drivers.contacts import is_failed
from lealtad.kpis.tickets import tickets
from lealtad.kpis.waiting import compute_hours_between

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.company.settings import Settings
    from lealtad.lake import Lake

_PROMISED_HOURS = 4.0
_LIVED = pl.Schema({"customer_id": pl.String(), "driver": pl.String(), "at": INSTANT, "bad": pl.Boolean()})


def judge_drivers(
    lake: Lake, settings: Settings, as_of: datetime, drivers: Sequence[str], owners: Mapping[str, str]
) -> list[Signal]:
    """Judge each driver that is a touchpoint or a kind of ticket.

    Parameters
    ----------
    drivers
        Drivers ranked by `lealtad drivers`; others are not judged.
    owners
        By driver, its owner.
    """
    experiences = pl.concat(
        [_LIVED.to_frame(), *_list_contacts(lake, settings, as_of), *_list_tickets(lake, settings, as_of)]
    )
    counted = _count(experiences.filter(pl.col("driver").is_in(list(drivers))), as_of)
    numbers = [
        counted[name].cast(pl.Float64).to_numpy() for name in ("hits", "asked", "hits_before", "asked_before")
    ]
    chances = compute_increase_chance(*numbers)
    threshold = compute_chance_threshold(DRIVER, counted.height)
    return [
        Signal(
            DRIVER,
            row["driver"],
            owners.get(row["driver"].removeprefix("touchpoint|")),
            bool(chance < threshold),
            bool(chance > CLEAR_FROM),
            {
                "driver": row["driver"],
                "customers": row["hits"],
                "share": row["hits"] / max(row["asked"], 1),
                "share_before": row["hits_before"] / max(row["asked_before"], 1),
            },
        )
        for row, chance in zip(counted.iter_rows(named=True), chances.tolist(), strict=True)
    ]


def _count(experiences: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Count the customers whom a driver touched, and those with a bad moment, recently and before."""
    recent = pl.col("at") >= as_of - RECENT
    who = pl.col("customer_id")
    return (
        experiences.group_by("driver")
        .agg(
            who.filter(recent & pl.col("bad")).n_unique().alias("hits"),
            who.filter(recent).n_unique().alias("asked"),
            who.filter(~recent & pl.col("bad")).n_unique().alias("hits_before"),
            who.filter(~recent).n_unique().alias("asked_before"),
        )
        .sort("driver")
    )


def _list_contacts(lake: Lake, settings: Settings, as_of: datetime) -> list[pl.DataFrame]:
    needed = ("stage", "channel", "touchpoint", "initiated_by", "outcome")
    if not lake.has("touchpoints") or not set(needed) <= set(lake.columns("touchpoints")):
        return []
    recent = (pl.col("occurred_at") >= as_of - RECENT - BEFORE) & (pl.col("occurred_at") < as_of)
    rows = lake.read("touchpoints", columns=["customer_id", "occurred_at", *needed], where=recent, as_of=as_of)
    own = rows.filter(pl.col("initiated_by") == "customer")
    key = pl.concat_str(pl.lit("touchpoint"), "stage", "channel", "touchpoint", separator="|")
    return [_shape(own, key, "occurred_at", is_failed(settings))]


def _list_tickets(lake: Lake, settings: Settings, as_of: datetime) -> list[pl.DataFrame]:
    if not lake.has("ticket_events"):
        return []
    rows = tickets(lake.read("ticket_events", as_of=as_of), as_of=as_of)
    rows = rows.filter(pl.col("created_at") >= as_of - RECENT - BEFORE, ~pl.col("opened_by_agent"))
    waits = rows.with_columns(pl.coalesce("first_reply_at", "seen_until").alias("until"))
    hours = compute_hours_between(waits, "created_at", "until", settings.business)
    promised = settings.targets.first_response_hours or _PROMISED_HOURS
    category = pl.col("category") if "category" in waits.columns else pl.lit(None, pl.String)
    key = pl.concat_str(pl.lit("ticket"), category.fill_null("other"), separator="|")
    return [_shape(waits.with_columns(hours), key, "created_at", pl.col("hours") > promised)]


def _shape(rows: pl.DataFrame, key: pl.Expr, at: str, bad: pl.Expr) -> pl.DataFrame:
    shaped = rows.select("customer_id", key.alias("driver"), pl.col(at).alias("at"), bad.alias("bad"))
    return shaped.cast(dict(_LIVED)).drop_nulls()  # type: ignore[arg-type]
