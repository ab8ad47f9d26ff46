"""The input of the journey map: a lake's facts of the last three windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.journey.current_tickets import select_current_tickets
from lealtad.experience.journey.places import (
    PLACE,
    PlacedTickets,
    build_empty_touchpoints,
    place_surveys,
    place_tickets,
    select_known_rows,
)
from lealtad.lake import replace_aliases, resolve_people
from lealtad.sources.contract import get_table
from lealtad.sources.contract.returns import is_return

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_TICKET = ("ticket_id", "customer_id", "occurred_at", "event", "priority", "channel", "category", "public")
_TICKET_MORE = ("opened_by", "owner", "touchpoint_id", "merged_into", "excluded_as", "known_at", "source_zone")
_CONTACT = ("touchpoint_id", "customer_id", "occurred_at", *PLACE, "initiated_by", "owner", "known_at")


@dataclass(frozen=True)
class JourneyFacts:
    """The facts of a company around a date.

    Attributes
    ----------
    window
        The length of a window.
    contacts
        Touchpoints of the three windows before the date: `customer_id, occurred_at, stage, touchpoint, channel,
        initiated_by, owner, known_at`.
    orders
        `customer_id, ordered_at, known_at` of the same time; None if the lake has none.
    surveys
        Surveys with the touchpoint that each is about; None if the lake has none.
    ticket_events
        None if the lake has none.
    touchpoints
        Touchpoints referenced by surveys and tickets, of any time.
    """

    as_of: datetime
    window: timedelta
    contacts: pl.DataFrame
    orders: pl.DataFrame | None
    surveys: pl.DataFrame | None
    ticket_events: pl.DataFrame | None
    touchpoints: pl.DataFrame


def read_facts(lake: Lake, as_of: datetime, window_days: float) -> JourneyFacts:
    """Read the facts that the journey map of a date needs."""
    window = timedelta(days=window_days)
    start = as_of - 3 * window
    surveys = read_surveys(lake, as_of - 2 * window, as_of)
    events = read_tickets(lake, as_of - 3 * window, as_of)
    pointed = _read_touchpoints(lake, as_of, surveys, events)
    placed = PlacedTickets(None, pointed) if events is None else place_tickets(events, pointed)
    return JourneyFacts(
        as_of=as_of,
        window=window,
        contacts=select_known_rows(_read_contacts(lake, start, as_of), "occurred_at", as_of),
        orders=_read_orders(lake, start, as_of),
        surveys=None if surveys is None else place_surveys(surveys, placed, as_of),
        ticket_events=placed.ticket_events,
        touchpoints=placed.touchpoints,
    )


def read_tickets(lake: Lake, start: datetime, as_of: datetime) -> pl.DataFrame | None:
    """Read all events of tickets that were open at `start` or had an event since; None without the table."""
    if not lake.has("ticket_events"):
        return None
    # a later change to a ticket must not move it
    events = lake.read(
        "ticket_events", columns=[*_TICKET, *_TICKET_MORE], where=pl.col("occurred_at") < as_of, as_of=as_of
    )
    return select_current_tickets(events, start)


def _read_contacts(lake: Lake, start: datetime, as_of: datetime) -> pl.DataFrame:
    if not lake.has("touchpoints"):
        return build_empty_touchpoints().with_columns(
            pl.lit(None, pl.String).alias(name) for name in ("customer_id", "initiated_by", "owner")
        )
    rows = lake.read("touchpoints", columns=_CONTACT, where=pl.col("occurred_at") >= start, as_of=as_of)
    return rows if "owner" in rows.columns else rows.with_columns(pl.lit(None, pl.String).alias("owner"))


def _read_orders(lake: Lake, start: datetime, as_of: datetime) -> pl.DataFrame | None:
    if not lake.has("orders"):
        return None
    bought = (pl.col("ordered_at") >= start) & ~is_return(lake.columns("orders"))
    return lake.read("orders", columns=["customer_id", "ordered_at", "known_at"], where=bought, as_of=as_of)


def read_surveys(lake: Lake, start: datetime, as_of: datetime) -> pl.DataFrame | None:
    """Read the surveys sent or answered since `start`, as known at a date; None without the table."""
    if not lake.has("surveys"):
        return None
    recent = pl.col("sent_at") >= start
    if "answered_at" in lake.columns("surveys"):
        recent |= pl.col("answered_at") >= start
    versions = lake.history("surveys", where=recent)
    still = pl.col("superseded_at").is_null() | (pl.col("superseded_at") >= as_of)
    # a survey that became known with its answer was sent all the same: where no version was known, the first
    key = [name for name in get_table("surveys").key if name in versions.columns]
    then = versions.filter(still).unique(key, keep="first", maintain_order=True).drop("superseded_at")
    return replace_aliases(then, resolve_people(lake.identity_history, as_of))


def _read_touchpoints(lake: Lake, as_of: datetime, *pointing: pl.DataFrame | None) -> pl.DataFrame:
    ids = [rows["touchpoint_id"] for rows in pointing if rows is not None and "touchpoint_id" in rows.columns]
    if not ids or not lake.has("touchpoints"):
        return build_empty_touchpoints()
    wanted = pl.concat(ids).drop_nulls().unique()
    return lake.read(
        "touchpoints",
        columns=["touchpoint_id", *PLACE, "occurred_at", "known_at"],
        where=pl.col("touchpoint_id").is_in(wanted.implode()),
        as_of=as_of,
    )
