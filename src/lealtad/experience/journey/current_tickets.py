"""Preselecting the tickets of a window, so that a long history is read once, not once per figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis import tickets
from lealtad.kpis.merges import SURVIVOR, add_survivor

if TYPE_CHECKING:
    from datetime import datetime


def select_current_tickets(ticket_events: pl.DataFrame, start: datetime) -> pl.DataFrame:
    """Return all events of tickets that were open at `start` or had an event since, including merged tickets.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    >>> events = pl.DataFrame({"ticket_id": ["a", "a", "b"], "customer_id": ["c"] * 3, "occurred_at": days,
    ...                        "event": ["created", "solved", "created"]})
    >>> select_current_tickets(events, datetime(2026, 1, 3, tzinfo=UTC))["ticket_id"].to_list()
    ['b']
    """
    joined = add_survivor(ticket_events)
    opened = tickets(ticket_events, as_of=start).filter("is_open").select("ticket_id")
    clocks = [name for name in ("known_at", "recorded_at") if name in joined.columns][:1]
    recent = joined.filter(pl.max_horizontal("occurred_at", *clocks) >= start).select(SURVIVOR)
    still = joined.join(opened, on="ticket_id", how="semi").select(SURVIVOR)
    return joined.join(pl.concat([recent, still]).unique(), on=SURVIVOR, how="semi").drop(SURVIVOR)
