"""Tickets as they stood after every event that became known, by the rules of the support KPIs."""

from __future__ import annotations

import polars as pl

from lealtad.examples.features.streams.so_far import (
    MOMENT,
    THING,
    before,
    count_since,
    first,
    last,
    latest,
    number_things,
)
from lealtad.kpis.merges import resolve_merges
from lealtad.kpis.solutions import IS_OPEN, LEAVES_OPEN, add_outcome
from lealtad.kpis.tickets import is_public_reply

KEY = ["customer_id", "ticket_id"]
_LONGEST_CHAIN = 8  # merges of merges that are followed
_AT, _EVENT = pl.col("occurred_at"), pl.col("event")
_READ = ("event", "occurred_at", "known_at", "priority", "public", "opened_by", "merged_into", "excluded_as")


def derive_ticket_states(ticket_events: pl.DataFrame) -> pl.DataFrame:
    """Return one row per ticket and event: how the ticket stood when the event had become known.

    Columns: `customer_id, ticket_id, known_at, created_at, opened_by_agent, first_reply_at, first_solved_at,
    last_solved_at, last_reopened_at, solves, is_open, replies` (public, by people), `priority`, `gone_at` (when
    it became known that it is deleted, spam, a test, or merged into another). A ticket that took in another one
    has the earlier creation and the replies of both from then on. Tickets whose creation is not known yet are
    left out.
    """
    outcome = add_outcome(_drop_undone_merges(ticket_events.select(*KEY, *_READ)), KEY)
    own = outcome.with_columns(pl.lit(value=True).alias("own"))
    both = pl.concat([own, *_collect_absorbed(own)])
    events = number_things(
        both.sort(*KEY, "known_at", "occurred_at", "event", "own", "priority"), KEY, "occurred_at"
    )
    states = _add_replies(events).with_columns(
        first(_AT, _EVENT == "created").alias("created_at"),
        first(_AT, (_EVENT == "created") & (pl.col("opened_by") == "agent")).alias("agent_created_at"),
        first(_AT, _is_own_event("solved")).alias("first_solved_at"),
        last(_AT, _is_own_event("solved")).alias("last_solved_at"),
        last(_AT, _is_own_event("reopened")).alias("last_reopened_at"),
        last(_AT, pl.col("own") & ~pl.col(LEAVES_OPEN)).alias("closed_at"),
        last(_AT, pl.col("own") & pl.col(LEAVES_OPEN)).alias("opened_at"),
        _count(_is_own_event("solved")).alias("solves"),
        latest(pl.when("own").then("priority")).alias("priority"),
        pl.when(_is_gone()).then("known_at").min().over(THING).alias("gone_at"),
    )
    by_agent = (pl.col("agent_created_at") == pl.col("created_at")).fill_null(value=False)
    return (
        states.filter(pl.col("created_at").is_not_null())
        .with_columns(
            by_agent.alias("opened_by_agent"),
            pl.when(by_agent).then("second_at").otherwise("first_at").alias("first_reply_at"),
            (pl.col("replies") - by_agent.cast(pl.Float64)).alias("replies"),
            IS_OPEN.alias("is_open"),
        )
        .drop("first_at", "second_at", "agent_created_at", "own", "event", "occurred_at", "public", "merged_into")
        .drop("closed_at", "opened_at", LEAVES_OPEN)
    )


def _drop_undone_merges(events: pl.DataFrame) -> pl.DataFrame:
    """Leave out merges that a later merge back has undone: the ticket lives on by itself."""
    merged = events.filter(_EVENT == "merged").sort("occurred_at", *KEY, "merged_into", nulls_last=False)
    into = merged.filter(pl.col("merged_into").is_not_null()).select("customer_id", ticket_id="merged_into")
    if merged.join(into, on=KEY, how="semi").is_empty():
        return events
    rows = merged.select(*KEY, "merged_into").iter_rows()
    links = (((who, ticket), None if other is None else (who, other)) for who, ticket, other in rows)
    in_force = pl.DataFrame(list(resolve_merges(links)), schema=dict.fromkeys(KEY, pl.String), orient="row")
    return pl.concat(
        [events.filter(_EVENT != "merged"), events.filter(_EVENT == "merged").join(in_force, on=KEY, how="semi")]
    )


def _collect_absorbed(own: pl.DataFrame) -> list[pl.DataFrame]:
    """Return the events of merged tickets under the ticket that took them in, known when the merge was.

    Excluded tickets lend nothing. (Where that, or another merge, is known only later, the dates are parted.)
    """
    last_merge = own.filter(_EVENT == "merged").sort("occurred_at", "merged_into", nulls_last=False)
    merged = last_merge.unique(KEY, keep="last", maintain_order=True)
    if merged.is_empty():
        return []
    excluded = own.filter((_EVENT == "deleted") | pl.col("excluded_as").is_not_null()).select(KEY).unique()
    links = merged.select(*KEY, pl.col("merged_into").alias("into"), pl.col("known_at").alias("merge_known"))
    links = links.filter(pl.col("into").is_not_null() & (pl.col("into") != pl.col("ticket_id")))
    parts: list[pl.DataFrame] = []
    level = own.join(excluded, on=KEY, how="anti")
    for _ in range(_LONGEST_CHAIN):
        moved = level.join(links, on=KEY)
        if moved.is_empty():
            break
        level = moved.with_columns(
            pl.col("into").alias("ticket_id"),
            pl.max_horizontal("known_at", "merge_known").alias("known_at"),
            pl.lit(value=False).alias("own"),
        ).select(own.columns)
        parts.append(level)
    return parts


def _is_own_event(event: str) -> pl.Expr:
    # what was solved or reopened counts on the survivor alone: closing the absorbed ticket solves nothing
    return pl.col("own") & (event == _EVENT)


def _is_gone() -> pl.Expr:
    return pl.col("own") & (_EVENT.is_in(["deleted", "merged"]) | pl.col("excluded_as").is_not_null())


def _add_replies(events: pl.DataFrame) -> pl.DataFrame:
    """Add when the first and the second reply happened, of those known so far, and how many there are."""
    reply = is_public_reply(["public"])
    replied = events.with_columns(
        first(_AT, reply).alias("first_at"),
        before(first(pl.col(MOMENT), reply)).alias("first_before"),
        before(first(_AT, reply)).alias("first_at_before"),
        _count(reply).alias("replies"),
    )
    # the second smallest so far: of what each reply met, the later of the two
    moment = pl.max_horizontal(MOMENT, "first_before")
    second = first(pl.max_horizontal(_AT, "first_at_before"), reply & pl.col("first_before").is_not_null(), moment)
    return replied.with_columns(second.alias("second_at")).drop("first_before", "first_at_before")


def _count(which: pl.Expr) -> pl.Expr:
    return count_since(which, pl.lit(value=False))
