"""Rule: no event of a ticket precedes its creation, and none of a subscription its start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.rejects import RuleBreach

if TYPE_CHECKING:
    from lealtad.sources.contract.tables import Table

# table → the id of the thing, and its first event
_BEGINNINGS = {"ticket_events": ("ticket_id", "created"), "subscriptions": ("subscription_id", "start")}
_BEFORE = {
    "ticket_events": ("occurred_at_not_before_creation", "occurred_at must not be before the ticket was created"),
    "subscriptions": ("occurred_at_not_before_start", "occurred_at must not be before the subscription started"),
}


def check_first_events(
    table: Table, rows: pl.DataFrame, sound: pl.Series, stored: pl.DataFrame | None
) -> list[RuleBreach]:
    """Check the events of tickets and subscriptions against their first event.

    A ticket without a creation is an error. A subscription without a start is not: a company's records may begin
    later than its contracts.

    Parameters
    ----------
    sound
        The rows whose first events are trusted.
    stored
        Rows in force of the same table in the lake; None for none.
    """
    if table.name not in _BEGINNINGS:
        return []
    thing, begins = _BEGINNINGS[table.name]
    begun_at = _find_first_events(thing, begins, rows, rows.filter(sound), stored)
    name, sentence = _BEFORE[table.name]
    findings = [RuleBreach(name, sentence, (rows["occurred_at"] < begun_at).fill_null(value=False))]
    if table.name == "ticket_events":
        orphan = begun_at.is_null() & (rows["event"] != begins) & rows[thing].is_not_null()
        sentence = "the ticket must have a created event, in this load or an earlier one"
        findings.append(RuleBreach("ticket_was_created", sentence, orphan.fill_null(value=False)))
    return findings


def _find_first_events(
    thing: str, begins: str, rows: pl.DataFrame, sound: pl.DataFrame, stored: pl.DataFrame | None
) -> pl.Series:
    columns = [thing, "occurred_at", "event"]
    parts = [part.select(columns) for part in (sound, stored) if part is not None]
    first = (
        pl.concat(parts)
        .filter(pl.col("event") == begins)
        .group_by(thing)
        .agg(pl.col("occurred_at").min().alias("begun_at"))
    )
    return rows.select(thing).join(first, on=thing, how="left", maintain_order="left")["begun_at"]
