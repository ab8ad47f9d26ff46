"""Tickets as of a date: one row per surviving ticket with every clock the support measures need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis.frames import convert_like, read_rows, refuse
from lealtad.kpis.merges import SURVIVOR, add_survivor
from lealtad.kpis.repeats import drop_repeats
from lealtad.kpis.solutions import IS_OPEN, add_outcome, aggregate_solutions
from lealtad.kpis.view import read_view, select_known_facts

if TYPE_CHECKING:
    from datetime import date, datetime

    from lealtad.kpis.frames import AnyFrame, Frame

_NEEDED = ("ticket_id", "customer_id", "occurred_at", "event")
_AT, _EVENT = pl.col("occurred_at"), pl.col("event")
OWN = pl.col("ticket_id") == pl.col(SURVIVOR)
_DESCRIPTIONS = ("priority", "channel", "category", "owner", "touchpoint_id", "source_zone")


def tickets(ticket_events: AnyFrame, *, as_of: date | None = None) -> AnyFrame:
    """Return one row per ticket as it stood just before `as_of`.

    Merged tickets count as the ticket that remains; deleted tickets, spam and tests are left out.

    Parameters
    ----------
    ticket_events
        The contract's `ticket_events`, one row per status change or reply.
    as_of
        Events that happened and were known before this instant count; None counts all.

    Returns
    -------
    `ticket_id, customer_id, created_at` (the earliest of the merged ones), `opened_by_agent, first_reply_at`
    (public, human; null while waiting). Then `first_solved_at, last_solved_at, solves, reopens` (solves - 1, at
    least 0), `is_reopened` (ever), `is_open` (now), `seen_until` (`as_of`, else the last event). Last, the newest
    known `priority, channel, category, owner, touchpoint_id, source_zone` as far as they are given.

    Raises
    ------
    DataError
        If an event precedes the creation of its ticket.

    Examples
    --------
    >>> from datetime import datetime
    >>> events = pl.DataFrame({"ticket_id": ["t", "t"], "customer_id": ["a", "a"],
    ...     "occurred_at": [datetime(2026, 1, 5, 9), datetime(2026, 1, 5, 10)],
    ...     "event": ["created", "solved"]})
    >>> tickets(events, as_of=datetime(2026, 1, 5, 10)).select("solves", "is_open").row(0)
    (0, True)
    """
    rows = build_tickets(read_events(ticket_events), read_view({"as_of": as_of}).as_of)
    return convert_like(ticket_events, rows.sort("ticket_id"))


def read_events(ticket_events: Frame) -> pl.DataFrame:
    """Return the events in Polars, checked; loaded events have `known_at` and may be incomplete as of a date."""
    rows = read_rows(ticket_events, "ticket_events", _NEEDED)
    if "known_at" not in rows.columns:
        early = rows.filter(_find_creation() > _AT)
        refuse(early, "ticket_events", "occurred_at", "events after the creation of their ticket", "ticket_id")
    return rows


def build_tickets(events: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    """Return one row per ticket as of a date; see `tickets`."""
    return _compute_clocks(join_conversations(events, as_of), as_of)


def join_conversations(events: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    """Return the known events with the ticket that each belongs to after merges, without excluded tickets.

    An excluded ticket adds nothing to the ticket that it was merged into; tickets merged into it are excluded too.
    """
    joined = add_survivor(
        _drop_events_before_creation(
            drop_repeats(select_known_facts(events, "occurred_at", as_of), "ticket_events")
        )
    )
    decided = add_outcome(joined, ["ticket_id"])
    flag = pl.col("excluded_as").is_not_null() if "excluded_as" in events.columns else pl.lit(value=False)
    excluded = decided.filter((_EVENT == "deleted") | flag)["ticket_id"].unique()
    if excluded.is_empty():
        return decided
    return decided.filter(
        ~pl.col("ticket_id").is_in(excluded.implode()), ~pl.col(SURVIVOR).is_in(excluded.implode())
    )


def _drop_events_before_creation(events: pl.DataFrame) -> pl.DataFrame:
    """Leave out the events of tickets whose creation is not known yet: no wait can be measured for them.

    An event can precede the creation of its ticket only if an earlier event was recorded late.
    """
    dated = events.with_columns(_find_creation().alias("own_created_at")).filter(
        pl.col("own_created_at").is_not_null()
    )
    return dated.with_columns(pl.max_horizontal("occurred_at", "own_created_at").alias("occurred_at")).drop(
        "own_created_at"
    )


def _find_creation() -> pl.Expr:
    return _pick_where(_EVENT == "created").min().over("ticket_id")


def is_public_reply(columns: list[str]) -> pl.Expr:
    """Return whether an event is a public reply by a human agent; unmarked replies are public."""
    public = pl.col("public").fill_null(value=True) if "public" in columns else pl.lit(value=True)
    return (_EVENT == "agent_reply") & public


def _compute_clocks(events: pl.DataFrame, as_of: datetime | None) -> pl.DataFrame:
    by_agent = pl.col("opened_by") == "agent" if "opened_by" in events.columns else pl.lit(value=False)
    created = _EVENT == "created"
    rows = events.group_by(SURVIVOR).agg(
        pl.coalesce(_pick_where(OWN, "customer_id").min(), pl.col("customer_id").min()).alias("customer_id"),
        _pick_where(created).min().alias("created_at"),
        (_pick_where(created & by_agent).min() == _pick_where(created).min())
        .fill_null(value=False)
        .alias("opened_by_agent"),
        _pick_where(is_public_reply(events.columns)).min().alias("first_reply_at"),
        *aggregate_solutions(OWN),
    )
    rows = _add_second_reply(rows.rename({SURVIVOR: "ticket_id"}), events)
    seen_until = as_of if as_of is not None else events["occurred_at"].max()
    described = _add_descriptions(rows, events)
    return described.with_columns(
        (pl.col("solves") - 1).clip(0).alias("reopens"),
        (pl.col("last_reopened_at").is_not_null() | (pl.col("solves") > 1)).alias("is_reopened"),
        IS_OPEN.alias("is_open"),
        pl.lit(seen_until, INSTANT).alias("seen_until"),
    ).drop("last_reopened_at", "closed_at", "opened_at")


def _pick_where(condition: pl.Expr, column: str = "occurred_at") -> pl.Expr:
    return pl.when(condition).then(pl.col(column))


def _add_second_reply(rows: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Use the second public reply for tickets that an agent opened: the first is the opening message."""
    opened = rows.filter("opened_by_agent").select("ticket_id")
    if opened.is_empty():
        return rows
    replies = events.filter(is_public_reply(events.columns)).join(
        opened, left_on=SURVIVOR, right_on="ticket_id", how="semi"
    )
    second = replies.sort("occurred_at").group_by(SURVIVOR).agg(_AT.slice(1, 1).first().alias("second_reply_at"))
    first = pl.when("opened_by_agent").then("second_reply_at").otherwise("first_reply_at")
    joined = rows.join(second, left_on="ticket_id", right_on=SURVIVOR, how="left")
    return joined.with_columns(first.alias("first_reply_at")).drop("second_reply_at")


def _add_descriptions(rows: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Add the last value of each description that the ticket's own events carry."""
    names = [name for name in _DESCRIPTIONS if name in events.columns]
    moment = [SURVIVOR, "occurred_at", "event"]
    stated = events.lazy().filter(OWN).select(*moment, *names).sort(moment)
    # among several values at one moment the largest wins, whatever the order of the rows
    largest = stated.group_by(moment, maintain_order=True).agg(pl.col(name).max() for name in names)
    last = largest.group_by(SURVIVOR).agg(pl.col(name).drop_nulls().last() for name in names)
    return rows.join(last.collect(), left_on="ticket_id", right_on=SURVIVOR, how="left")
