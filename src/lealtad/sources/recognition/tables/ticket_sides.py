"""What a second file says of each ticket, such as its metrics: replies and solutions by the id of the ticket."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.query import make_table_name
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids
from lealtad.sources.recognition.tables.order_headers import combine_tables
from lealtad.sources.recognition.tables.shape_match import match_shape
from lealtad.sources.recognition.tables.source_tables import has_same_layout, quote_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.tables.source_tables import SourceTable

_UNIQUE, _ENOUGH = 0.98, 0.9
_SAID = frozenset({"solved", "reply"})


def join_ticket_sides(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Join tickets to the file that says when each one was answered and solved, and names no customer."""
    result = list(tables)
    for place, tickets in enumerate(tables):
        if tickets.match is None or tickets.match.shape.name != "tickets" or tickets.place.rows != "rows":
            continue
        for other, side in enumerate(tables):
            joined = _join(tickets, side) if side.match is None and not side.question else None
            if joined is not None:
                result[place] = joined
                why = f"its columns are read with the tickets, in {tickets.place.name}"
                result[other] = replace(side, question=why)
                break
    return result


def _join(tickets: SourceTable, side: SourceTable) -> SourceTable | None:
    key = _find_ticket_column(tickets, side)
    if key is None or tickets.match is None or tickets.sample is None or side.sample is None:
        return None
    order = tickets.match.columns["ticket_id"]
    names = [
        content.name for content in side.contents if content.name not in tickets.headers and content.name != key
    ]
    if not any(side.content(name).ideas & _SAID for name in names):
        return None
    of_each = side.sample.unique(key).select(pl.col(key).cast(pl.String).alias("_key"), *names)
    rows = (
        tickets.sample.with_columns(pl.col(order).cast(pl.String).alias("_key"))
        .join(of_each, on="_key", how="left", maintain_order="left")
        .drop("_key")
    )
    contents = (*tickets.contents, *(side.content(name) for name in names))
    match = match_shape(make_table_name(tickets.place.name), contents)
    if match is None or match.shape.name != "tickets":
        return None
    taken = [f"p.{quote_name(name)}" for name in names]
    return combine_tables(tickets, side, (order, key), taken, contents, rows, match)


def _find_ticket_column(tickets: SourceTable, side: SourceTable) -> str | None:
    """Return the column of another table that names each ticket once; None if there is none."""
    if tickets.match is None or not has_same_layout(tickets, side):
        return None
    ids = read_ids(tickets, tickets.match.columns["ticket_id"])
    able = [
        content
        for content in side.contents
        if not content.dates and content.share_distinct >= _UNIQUE and not content.empty
    ]
    named = [
        content
        for content in able
        if content.name == tickets.match.columns["ticket_id"] or "ticket" in content.ideas
    ]
    return next(
        (content.name for content in named if measure_share(read_ids(side, content.name), ids) >= _ENOUGH), None
    )
