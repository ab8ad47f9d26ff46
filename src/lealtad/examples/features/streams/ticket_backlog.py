"""What waits: at every moment at which it changes, the oldest open ticket and the oldest one without a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.stream import PREPARED, Stream
from lealtad.examples.features.streams.in_force import smallest_in_force
from lealtad.examples.features.streams.ticket_versions import ticket_states
from lealtad.examples.features.streams.versions import versions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import Company


def oldest_open(tables: Mapping[str, pl.DataFrame], _company: Company) -> pl.DataFrame:
    """Return `opened_at`: when the oldest open ticket was opened, in microseconds, 0 if none is open."""
    versions = versions_of(tables[PREPARED], ("created_at", "is_open"))
    return smallest_in_force(versions.filter("is_open").rename({"created_at": "opened_at"}), "opened_at")


def oldest_unanswered(tables: Mapping[str, pl.DataFrame], _company: Company) -> pl.DataFrame:
    """Return `opened_at` of the oldest open ticket without a first reply, in microseconds, 0 if there is none."""
    waits = pl.col("is_open") & pl.col("first_reply_at").is_null()
    states = tables[PREPARED].with_columns(waits.alias("waits"))
    versions = versions_of(states, ("created_at", "waits"))
    return smallest_in_force(versions.filter("waits").rename({"created_at": "opened_at"}), "opened_at")


STREAMS = (
    Stream("oldest_open_ticket", ("ticket_events",), "since", oldest_open, prepared=ticket_states),
    Stream("oldest_unanswered_ticket", ("ticket_events",), "since", oldest_unanswered, prepared=ticket_states),
)
