"""Unfolding a flat export of tickets, one row per ticket, into the events of each ticket."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.conversion import NOTHING, convert_column, means_no_end
from lealtad.sources.contract.flat_tables import TICKETS
from lealtad.sources.contract.reading import ISO

if TYPE_CHECKING:
    from lealtad.sources.contract.reading import Reading

FROM = "_row"  # the position of the flat row behind an event

# event → the column of a flat ticket with its time, and whether the customer saw it
_EVENTS: tuple[tuple[str, str, bool | None], ...] = (
    ("created", "created_at", None),
    ("agent_reply", "first_reply_at", True),
    ("solved", "solved_at", None),
)
# a time of a flat ticket, and the column with its delay after the creation
_AFTER = {"first_reply_at": "first_reply_after", "solved_at": "solved_after"}
_NO_DATE = r"^(?:0001|1900|9999)-(?:01-01|12-31)|^(?:01/01/(?:0001|1900)|31/12/9999|12/31/9999)"


def unfold_tickets(tickets: pl.DataFrame, reading: Reading = ISO) -> pl.DataFrame:
    """Return the `ticket_events` that rows of `tickets` represent, in the order of the rows.

    Every ticket was created, so a row without `created_at` becomes an event without a time, which the contract
    rejects. The first reply is a public one by an agent. There is no `recorded_at`, since one clock cannot state
    when each of three events was known.

    Parameters
    ----------
    reading
        How times and durations are written; needed only for `first_reply_after` or `solved_after`.

    Returns
    -------
    The columns of `tickets`, with `event, occurred_at, public` in place of the three times. `_row` is the position
    of the ticket in the given rows.

    Examples
    --------
    >>> tickets = pl.DataFrame({"ticket_id": ["a"], "customer_id": ["7"], "created_at": ["2026-01-05"],
    ...                         "solved_at": ["2026-01-06"]})
    >>> unfold_tickets(tickets).select("event", "occurred_at").rows()
    [('created', '2026-01-05'), ('solved', '2026-01-06')]
    """
    tickets = _compute_times(tickets, reading)
    times = [time for _, time, _ in _EVENTS if time in tickets.columns]
    numbered = tickets.with_row_index(FROM)
    parts = [
        _keep_happened(numbered, event, time)
        .with_columns(
            pl.lit(event).alias("event"),
            pl.col(time).alias("occurred_at"),
            pl.lit(is_public, pl.Boolean).alias("public"),
            pl.lit(place).alias("_place"),
        )
        .drop(times)
        for place, (event, time, is_public) in enumerate(_EVENTS)
        if time in tickets.columns
    ]
    return pl.concat(parts, how="vertical_relaxed").sort(FROM, "_place").drop("_place")


def _compute_times(tickets: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Replace delays after the creation by times.

    A given time takes precedence. An unreadable or negative delay becomes a time that the contract rejects.
    """
    lengths = {time: after for time, after in _AFTER.items() if after in tickets.columns}
    if not lengths:
        return tickets
    present = [name for name in (*_AFTER, "created_at") if name in tickets.columns]
    typed = tickets.with_columns(_convert_time(tickets, name, reading) for name in present)
    columns = []
    for time, after in lengths.items():
        length = convert_column(TICKETS.column(after), tickets.schema[after], reading)  # type: ignore[arg-type]  # it is there
        happened = pl.col("created_at") + pl.duration(microseconds=(length * 1e6).round().cast(pl.Int64))
        nothing = _is_empty(pl.col(after), tickets.schema[after])
        reached = pl.when(length >= 0).then(happened).when(~nothing).then(pl.lit(_UNREADABLE))
        columns.append((pl.coalesce(time, reached) if time in present else reached).alias(time))
    return typed.with_columns(columns).drop(lengths.values())


# outside the contract's range of times
_UNREADABLE = datetime(1900, 1, 1, tzinfo=UTC)


def _convert_time(tickets: pl.DataFrame, name: str, reading: Reading) -> pl.Expr:
    column = TICKETS.column(name)
    if column is None:
        raise KeyError(name)
    value = convert_column(column, tickets.schema[name], reading)
    return pl.when(~means_no_end(value)).then(value).alias(name)


def _is_empty(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    return value.is_null() | (
        value.str.strip_chars().is_in(NOTHING) if dtype == pl.String else pl.lit(value=False)
    )


def _keep_happened(rows: pl.DataFrame, event: str, time: str) -> pl.DataFrame:
    if event == "created":
        return rows
    value, dtype = pl.col(time), rows.schema[time]
    nothing = _is_empty(value, dtype)
    if dtype == pl.String:
        nothing = nothing | value.str.contains(_NO_DATE)
    return rows.filter(~nothing)
