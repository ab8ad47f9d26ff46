"""The place of a survey or a ticket on the journey: the touchpoint it refers to, if that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from datetime import datetime

PLACE = ("stage", "touchpoint", "channel")
TICKET = "ticket"
MADE = "ticket on "  # prefix of the ids of touchpoints made for tickets
NO_CHANNEL = "unknown"
_ALWAYS = pl.lit(0).cast(INSTANT)


@dataclass(frozen=True)
class PlacedTickets:
    """Tickets and the touchpoints they belong to.

    Attributes
    ----------
    ticket_events
        With `touchpoint_id` on every event, and the touchpoint's `channel`.
    touchpoints
        `touchpoint_id, stage, touchpoint, channel, occurred_at, known_at`: the given ones, and for tickets without
        one of them an additional one per channel, named "ticket", in the service stage.
    """

    ticket_events: pl.DataFrame | None
    touchpoints: pl.DataFrame


def place_tickets(ticket_events: pl.DataFrame, touchpoints: pl.DataFrame) -> PlacedTickets:
    """Assign every ticket a touchpoint.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 1, 5, tzinfo=UTC)
    >>> events = pl.DataFrame({"ticket_id": ["t"], "customer_id": ["a"], "occurred_at": [day],
    ...                        "event": ["created"], "channel": ["phone"]})
    >>> place_tickets(events, build_empty_touchpoints()).touchpoints.select(PLACE).row(0)
    ('service', 'ticket', 'phone')
    """
    met = touchpoints.select("touchpoint_id", *PLACE, "occurred_at", "known_at")
    own = _find_last(ticket_events, "touchpoint_id").join(_find_last(ticket_events, "channel"), on="ticket_id")
    placed_rows = own.join(met.select("touchpoint_id", met="channel"), on="touchpoint_id", how="left")
    channel = pl.col("channel").fill_null(NO_CHANNEL)
    chosen = placed_rows.select(
        "ticket_id",
        pl.when(pl.col("met").is_null())
        .then(pl.lit(MADE) + channel)
        .otherwise("touchpoint_id")
        .alias("touchpoint_id"),
        pl.coalesce("met", channel).alias("channel"),
        pl.col("met").is_null().alias("without"),
    )
    events = ticket_events.drop("touchpoint_id", "channel", strict=False).join(
        chosen.drop("without"), on="ticket_id", how="left"
    )
    channels = chosen.filter("without").select("touchpoint_id", "channel").unique().sort("channel")
    added = channels.select(
        "touchpoint_id",
        pl.lit("service").alias("stage"),
        pl.lit(TICKET).alias("touchpoint"),
        "channel",
        _ALWAYS.alias("occurred_at"),
        _ALWAYS.alias("known_at"),
    )
    return PlacedTickets(events, pl.concat([met, added]))


def place_surveys(surveys: pl.DataFrame, placed: PlacedTickets, as_of: datetime) -> pl.DataFrame:
    """Assign surveys the place of their touchpoint, else that of their ticket, if known by a date.

    The subject of the survey is unchanged: two tickets at one touchpoint stay two.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 1, 5, tzinfo=UTC)
    >>> events = pl.DataFrame({"ticket_id": ["t"], "customer_id": ["a"], "occurred_at": [day],
    ...                        "event": ["created"], "channel": ["phone"]})
    >>> surveys = pl.DataFrame({"survey_id": ["s"], "ticket_id": ["t"]})
    >>> place_surveys(surveys, place_tickets(events, build_empty_touchpoints()), day).select(PLACE).row(0)
    ('service', 'ticket', 'phone')
    """
    pointer = [name for name in ("touchpoint_id",) if name in surveys.columns]
    if placed.ticket_events is not None and "ticket_id" in surveys.columns:
        tickets = placed.ticket_events.select("ticket_id", pl.col("touchpoint_id").alias("of_ticket"))
        surveys = surveys.join(tickets.unique("ticket_id"), on="ticket_id", how="left", maintain_order="left")
        pointer.append("of_ticket")
    met = select_known_rows(placed.touchpoints, "occurred_at", as_of).select(
        pl.col("touchpoint_id").alias("at"), *PLACE
    )
    named = pl.coalesce(pl.lit(None, pl.String), *pointer).alias("at")
    placed_rows = surveys.with_columns(named).join(met, on="at", how="left", maintain_order="left")
    return placed_rows.drop("at", "of_ticket", strict=False)


def build_empty_touchpoints() -> pl.DataFrame:
    """Return an empty table of touchpoints."""
    clocks = {"occurred_at": INSTANT, "known_at": INSTANT}
    return pl.DataFrame(schema={"touchpoint_id": pl.String, **dict.fromkeys(PLACE, pl.String), **clocks})


def select_known_rows(rows: pl.DataFrame, event_time: str, as_of: datetime) -> pl.DataFrame:
    """Return the rows that had happened and were known before a date."""
    return rows.filter(pl.col(event_time) < as_of, pl.col("known_at") < as_of)


def _find_last(events: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the last value of a column per ticket; null if it is absent."""
    if name not in events.columns:
        return events.select("ticket_id", pl.lit(None, pl.String).alias(name)).unique()
    ordered = events.sort("occurred_at", "event", name)
    return ordered.group_by("ticket_id").agg(pl.col(name).drop_nulls().last())
