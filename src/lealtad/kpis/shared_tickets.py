"""The tickets that measures are computed from: within `share_work` those of the same events are built once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.kpis.sharing import compute_once
from lealtad.kpis.tickets import build_tickets, join_conversations, read_events

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from lealtad.kpis.frames import Frame


def read_shared_events(ticket_events: Frame) -> pl.DataFrame:
    """Return the events in Polars, checked; see `read_events`."""
    return compute_once("events", ticket_events, None, lambda: read_events(ticket_events))


def build_shared_tickets(events: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    """Return one row per ticket as of a date; see `tickets`."""
    return compute_once("tickets", events, as_of, lambda: build_tickets(events, as_of))


def join_shared_conversations(events: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    """Return the known events with the ticket that each belongs to after merges; see `join_conversations`."""
    return compute_once("conversations", events, as_of, lambda: join_conversations(events, as_of))
