"""Lists of customers with several rows for each, such as one per address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.tables.shape_match import match_shape
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_WHY = "Its customers have several rows each: the query reads them once, without what differs between these ({})."
_UNIQUE, _FEWEST = 0.98, 3


def match_repeated_customers(name: str, table: SourceTable) -> SourceTable:
    """Match a list of customers that repeats some of them; other tables are returned as they are.

    Rows of one customer must agree in all times: rows with times of their own are facts, and list nobody.

    Parameters
    ----------
    name
        The names that describe the table.
    """
    rows, place = table.sample, table.place
    if table.match or table.question or rows is None or place.rows != "rows" or place.dialect != "duckdb":
        return table
    for content in table.contents:
        if (
            content.dates
            or content.distinct < _FEWEST
            or content.share_distinct >= _UNIQUE
            or content.share_missing
        ):
            continue
        differ = _find_differing(rows, content.name)
        kept = [one.name for one in table.contents if one.name not in differ]
        if not differ or any(table.content(header).dates for header in differ):
            continue
        once = rows.select(kept).unique(content.name, keep="first", maintain_order=True)
        contents = tuple(describe_content(once[header]) for header in kept)
        match = match_shape(name, contents)
        if match and match.shape.name == "customers" and match.columns["customer_id"] == content.name:
            distinct = f"(select distinct {', '.join(map(quote_name, kept))} from rows)"  # noqa: S608 - quoted
            place = replace(place, rows=distinct, why=_WHY.format(", ".join(differ)))
            return replace(table, place=place, contents=contents, sample=once, match=match)
    return table


def _find_differing(rows: pl.DataFrame, customer: str) -> list[str]:
    """Return the columns in which rows of the same customer differ."""
    others = [name for name in rows.columns if name != customer]
    counts = rows.group_by(customer).agg(pl.col(others).n_unique())
    return [name for name in others if (counts[name] > 1).any()]
