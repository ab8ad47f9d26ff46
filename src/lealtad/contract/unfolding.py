"""A flat export of tickets, one row per ticket, unfolded into the events it tells of."""

from __future__ import annotations

import polars as pl

from lealtad.contract.conversion import NOTHING

FROM = "_row"  # the position of the ticket that an event was made of

# event → the column of a flat ticket that says when it happened, and whether the customer saw it
_EVENTS: tuple[tuple[str, str, bool | None], ...] = (
    ("created", "created_at", None),
    ("agent_reply", "first_reply_at", True),
    ("solved", "solved_at", None),
)


def unfolded(tickets: pl.DataFrame) -> pl.DataFrame:
    """Return the `ticket_events` that rows of `tickets` tell of, in the order of the rows.

    Every ticket was created, so a row without `created_at` becomes an event without a time, which the contract
    rejects. The first reply is a public one by an agent. There is no `recorded_at` here: one clock cannot say when
    each of three things was known.

    Returns
    -------
    The columns of `tickets` but the three times, with `event, occurred_at, public` in their place; and
    `_row`, the position of the ticket in the rows that were given.

    Examples
    --------
    >>> tickets = pl.DataFrame({"ticket_id": ["a"], "customer_id": ["7"], "created_at": ["2026-01-05"],
    ...                         "solved_at": ["2026-01-06"]})
    >>> unfolded(tickets).select("event", "occurred_at").rows()
    [('created', '2026-01-05'), ('solved', '2026-01-06')]
    """
    times = [time for _, time, _ in _EVENTS if time in tickets.columns]
    numbered = tickets.with_row_index(FROM)
    parts = [
        _happened(numbered, event, time)
        .with_columns(
            pl.lit(event).alias("event"),
            pl.col(time).alias("occurred_at"),
            pl.lit(seen, pl.Boolean).alias("public"),
            pl.lit(place).alias("_place"),
        )
        .drop(times)
        for place, (event, time, seen) in enumerate(_EVENTS)
        if time in tickets.columns
    ]
    return pl.concat(parts, how="vertical_relaxed").sort(FROM, "_place").drop("_place")


def _happened(rows: pl.DataFrame, event: str, time: str) -> pl.DataFrame:
    if event == "created":
        return rows
    value = pl.col(time)
    nothing = value.str.strip_chars().is_in(NOTHING) if rows.schema[time] == pl.String else pl.lit(value=False)
    return rows.filter(value.is_not_null() & ~nothing)
