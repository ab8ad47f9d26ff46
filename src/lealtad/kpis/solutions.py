"""Whether a ticket is solved or open after its solutions and reopenings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.event_order import STATE, TICKET, order_events

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAVES_OPEN = "leaves_open"
_AT, _EVENT, _OPEN = pl.col("occurred_at"), pl.col("event"), pl.col(LEAVES_OPEN)
# nobody closed it yet, or it was opened again since
IS_OPEN = pl.col("closed_at").is_null() | (pl.col("opened_at") > pl.col("closed_at")).fill_null(value=False)


def add_outcome(events: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Add `leaves_open`: whether the ticket is open after the instant of a solution or reopening; else null.

    An instant that holds both leaves the ticket as it was; see `order_events`. Such instants are rare, and only
    their tickets are put in order.

    Examples
    --------
    >>> events = pl.DataFrame({"ticket_id": ["t"] * 3, "occurred_at": [1, 2, 2],
    ...                        "event": ["created", "solved", "reopened"]})
    >>> add_outcome(events, ["ticket_id"])["leaves_open"].to_list()
    [None, True, True]
    """
    decides = _EVENT.is_in(["solved", "reopened"])
    alone = pl.when(decides).then(_EVENT == "reopened").alias(LEAVES_OPEN)
    moment = [*key, "occurred_at"]
    deciding = events.filter(decides).select(*moment, "event")
    reopened = deciding.filter(_EVENT == "reopened").select(moment)
    both = (
        deciding.filter(_EVENT == "solved").join(reopened, on=moment, how="semi") if reopened.height else reopened
    )
    if both.is_empty():
        return events.with_columns(alone)
    of_both = deciding.join(both.select(key).unique(), on=list(key), how="semi").unique()
    ordered = order_events(of_both, key, "occurred_at", TICKET)
    last_states = ordered.unique(moment, keep="last", maintain_order=True)
    settled = last_states.select(*moment, (pl.col(STATE) == "open").alias("_open")).join(
        both, on=moment, how="semi"
    )
    joined = events.join(settled, on=moment, how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(decides).then(pl.coalesce("_open", _EVENT == "reopened")).alias(LEAVES_OPEN)
    ).drop("_open")


def aggregate_solutions(own: pl.Expr) -> list[pl.Expr]:
    """Return what aggregates the solutions of a ticket; `own` says which events are the ticket's own.

    Columns: `first_solved_at, last_solved_at, solves, last_reopened_at`, and what `IS_OPEN` reads.
    """
    # solutions and reopenings count only on the ticket that remains: closing the merged one solves nothing
    solved, reopened = own & (_EVENT == "solved"), own & (_EVENT == "reopened")
    return [
        pl.when(solved).then(_AT).min().alias("first_solved_at"),
        pl.when(solved).then(_AT).max().alias("last_solved_at"),
        pl.when(solved).then(_AT).drop_nulls().n_unique().cast(pl.Int64).alias("solves"),
        pl.when(reopened).then(_AT).max().alias("last_reopened_at"),
        pl.when(own & ~_OPEN).then(_AT).max().alias("closed_at"),
        pl.when(own & _OPEN).then(_AT).max().alias("opened_at"),
    ]
