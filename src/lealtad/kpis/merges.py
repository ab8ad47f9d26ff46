"""Merged tickets: which one survives."""

from __future__ import annotations

import polars as pl

from lealtad.errors import DataError

SURVIVOR = "survivor"


def with_survivor(events: pl.DataFrame) -> pl.DataFrame:
    """Give every event the ticket it ended up in; those of a ticket absorbed by an unnamed one are dropped.

    Raises
    ------
    DataError
        If tickets were merged in a circle.
    """
    merged = events.filter(pl.col("event") == "merged")
    if merged.is_empty():
        return events.with_columns(pl.col("ticket_id").alias(SURVIVOR))
    into = pl.col("merged_into") if "merged_into" in events.columns else pl.lit(None, pl.String)
    links = merged.select("ticket_id", "occurred_at", into.alias("merged_into")).sort(pl.all())
    target = dict(links.select("ticket_id", "merged_into").iter_rows())
    ends = {ticket: _end(ticket, target) for ticket in target}
    survivors = pl.DataFrame(
        {"ticket_id": list(ends), SURVIVOR: list(ends.values()), "is_merged": True},
        schema={"ticket_id": pl.String, SURVIVOR: pl.String, "is_merged": pl.Boolean},
    )
    found = events.join(survivors, on="ticket_id", how="left")
    kept = found.filter(pl.col("is_merged").is_null() | pl.col(SURVIVOR).is_not_null()).drop("is_merged")
    return kept.with_columns(pl.coalesce(SURVIVOR, "ticket_id"))


def _end(ticket: str, target: dict[str, str | None]) -> str | None:
    seen = [ticket]
    while (following := target.get(seen[-1], seen[-1])) != seen[-1]:
        if following is None:
            return None
        if following in seen:
            raise DataError(
                table="ticket_events",
                column="merged_into",
                expected="merges that end in a surviving ticket",
                found=f"a circle: {' into '.join([*seen, following])}",
                mend="Take out the merge that was undone.",
            )
        seen.append(following)
    return seen[-1]
