"""What waits: at every moment at which it changes, the oldest open ticket and the oldest one without a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.streams.in_force import find_smallest_in_force
from lealtad.examples.features.streams.stream import PREPARED, Stream
from lealtad.examples.features.streams.ticket_versions import derive_ticket_states
from lealtad.examples.features.streams.versions import find_versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile


def derive_oldest_open(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return `opened_at`: when the oldest open ticket was opened, in microseconds, 0 if none is open."""
    versions = find_versions(tables[PREPARED], ("created_at", "is_open"))
    return find_smallest_in_force(versions.filter("is_open").rename({"created_at": "opened_at"}), "opened_at")


def derive_oldest_unanswered(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return `opened_at` of the oldest open ticket without a first reply, in microseconds, 0 if there is none."""
    waits = pl.col("is_open") & pl.col("first_reply_at").is_null()
    states = tables[PREPARED].with_columns(waits.alias("waits"))
    versions = find_versions(states, ("created_at", "waits"))
    return find_smallest_in_force(versions.filter("waits").rename({"created_at": "opened_at"}), "opened_at")


STREAMS = (
    Stream("oldest_open_ticket", ("ticket_events",), "since", derive_oldest_open, prepared=derive_ticket_states),
    Stream(
        "oldest_unanswered_ticket",
        ("ticket_events",),
        "since",
        derive_oldest_unanswered,
        prepared=derive_ticket_states,
    ),
)
