"""Merged tickets: which ticket remains."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

Key = TypeVar("Key", bound="Hashable")
SURVIVOR = "survivor"


def add_survivor(events: pl.DataFrame) -> pl.DataFrame:
    """Assign every event to the ticket that remains; events of a ticket merged into an unnamed one are dropped.

    If a ticket is merged several times, the newest merge counts. If a ticket absorbs the one it was merged into,
    its own merge is undone.

    Examples
    --------
    >>> events = pl.DataFrame({"ticket_id": ["a", "b"], "occurred_at": [1, 2], "event": ["merged"] * 2,
    ...                        "merged_into": ["b", "a"]})
    >>> add_survivor(events)["survivor"].to_list()
    ['a', 'a']
    """
    merged = events.filter(pl.col("event") == "merged")
    if merged.is_empty():
        return events.with_columns(pl.col("ticket_id").alias(SURVIVOR))
    into = pl.col("merged_into") if "merged_into" in events.columns else pl.lit(None, pl.String)
    links = merged.select("occurred_at", "ticket_id", into.alias("merged_into")).sort(pl.all())
    target: dict[str, str | None] = resolve_merges(links.select("ticket_id", "merged_into").iter_rows())
    ends = {ticket: _find_end(ticket, target) for ticket in target}
    survivors = pl.DataFrame(
        {"ticket_id": list(ends), SURVIVOR: list(ends.values()), "is_merged": True},
        schema={"ticket_id": pl.String, SURVIVOR: pl.String, "is_merged": pl.Boolean},
    )
    joined = events.join(survivors, on="ticket_id", how="left")
    surviving = joined.filter(pl.col("is_merged").is_null() | pl.col(SURVIVOR).is_not_null()).drop("is_merged")
    return surviving.with_columns(pl.coalesce(SURVIVOR, "ticket_id"))


def resolve_merges(links: Iterable[tuple[Key, Key | None]]) -> dict[Key, Key | None]:
    """Return the ticket that each merged ticket ends up in, from merges oldest first; undone merges have no entry.

    Examples
    --------
    >>> resolve_merges([("a", "b"), ("b", "a")])
    {'b': 'a'}
    """
    target: dict[Key, Key | None] = {}
    for ticket, other in links:
        if ticket == other:
            continue
        target.pop(ticket, None)
        if other is not None and _find_end(other, target) == ticket:
            target.pop(other)
        target[ticket] = other
    return target


def _find_end(ticket: Key, target: Mapping[Key, Key | None]) -> Key | None:
    at: Key | None = ticket
    while at is not None and at in target:
        at = target[at]
    return at
