"""Tickets opened, answered, solved, reopened: facts known when they were, taken back where they were fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.company.calendar.business_time import business_deadlines
from lealtad.examples.features.streams.stream import PREPARED, Stream
from lealtad.examples.features.streams.ticket_versions import derive_ticket_states
from lealtad.examples.features.streams.versions import find_versions, sign_versions
from lealtad.kpis.waiting import compute_hours_between

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile

_TABLES = ("ticket_events",)
PRIORITIES = ("low", "normal", "high", "urgent")


def derive_opened(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return tickets by `created_at`, with `sign, priority, is_open` and `one_touch`, as far as known.

    `one_touch`: solved with at most one public reply by a person, and not come back.
    """
    came_back = pl.col("last_reopened_at").is_not_null() | (pl.col("solves") > 1)
    states = tables[PREPARED].with_columns(
        (pl.col("first_solved_at").is_not_null() & (pl.col("replies") <= 1) & ~came_back).alias("one_touch"),
        came_back.alias("came_back"),
    )
    return sign_versions(find_versions(states, ("created_at", "priority", "is_open", "one_touch", "came_back")))


def derive_first_replies(tables: Mapping[str, pl.DataFrame], company: CompanyProfile) -> pl.DataFrame:
    """Return first public replies by `first_reply_at`, with `sign`, `hours` and `business_hours` waited."""
    states = tables[PREPARED]
    versions = find_versions(states, ("created_at", "first_reply_at", "priority"))
    return sign_versions(_add_waits(versions.drop_nulls("first_reply_at"), "first_reply_at", company))


def derive_solutions(tables: Mapping[str, pl.DataFrame], company: CompanyProfile) -> pl.DataFrame:
    """Return solved tickets by their last solution, with `sign`, `hours` and `business_hours` from creation.

    A ticket that is open again is not solved, from when that was known.
    """
    states = tables[PREPARED]
    versions = find_versions(states, ("created_at", "last_solved_at", "is_open"))
    return sign_versions(_add_waits(versions.filter(~pl.col("is_open")), "last_solved_at", company))


def derive_reopenings(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return reopened tickets by `last_reopened_at`, with `sign`."""
    states = tables[PREPARED]
    return sign_versions(find_versions(states, ("last_reopened_at",)).drop_nulls("last_reopened_at"))


def derive_late_replies(tables: Mapping[str, pl.DataFrame], company: CompanyProfile) -> pl.DataFrame:
    """Return the tickets whose first reply is late, by the moment `at` which the company had promised.

    A ticket that still waits is late from that moment on, if no reply was known by then. A ticket that was
    answered, or solved without an answer, is late if that came after the moment. Tickets whose priority has no
    promise are left out; `sign` as everywhere.
    """
    states = tables[PREPARED]
    closed = states.with_columns(
        pl.coalesce("first_reply_at", pl.when(~pl.col("is_open")).then("last_solved_at")).alias("ended_at")
    )
    versions = find_versions(closed, ("created_at", "priority", "ended_at"))
    target = pl.col("priority").replace_strict(dict(company.sla), default=None, return_dtype=pl.Float64)
    promised = versions.with_columns(target.alias("target")).drop_nulls("target")
    at = business_deadlines(promised["created_at"], promised["target"], company.calendar)
    dated = promised.with_columns(at.cast(INSTANT).alias("at"))
    late = dated.filter(pl.col("ended_at").is_null() | (pl.col("ended_at") > pl.col("at"))).with_columns(
        pl.max_horizontal("known_at", "at").alias("known_at")
    )
    return sign_versions(late.filter(pl.col("until").is_null() | (pl.col("known_at") < pl.col("until"))))


def _add_waits(versions: pl.DataFrame, end: str, company: CompanyProfile) -> pl.DataFrame:
    # an event before the creation of its ticket, which only a late record can leave, waited for nothing
    dated = versions.with_columns(pl.max_horizontal(end, "created_at").alias("ended_at"))
    calendar = compute_hours_between(dated, "created_at", "ended_at", None)
    business = compute_hours_between(dated, "created_at", "ended_at", company.calendar)
    return dated.with_columns(calendar.alias("hours"), business.alias("business_hours"))


STREAMS = (
    Stream("tickets_opened", _TABLES, "created_at", derive_opened, prepared=derive_ticket_states),
    Stream("first_replies", _TABLES, "first_reply_at", derive_first_replies, prepared=derive_ticket_states),
    Stream("solutions", _TABLES, "last_solved_at", derive_solutions, prepared=derive_ticket_states),
    Stream("reopenings", _TABLES, "last_reopened_at", derive_reopenings, prepared=derive_ticket_states),
    Stream("late_replies", _TABLES, "at", derive_late_replies, prepared=derive_ticket_states),
)
