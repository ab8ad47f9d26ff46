"""Numbers of orders that recur: they start again each day, or each order has a row per status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.order_statuses import is_status
from lealtad.sources.recognition.tables.numbered_series import query_pair
from lealtad.sources.recognition.tables.source_tables import quote_name
from lealtad.sources.recognition.tables.time_order import query_time

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_UNIQUE, _HALF = 0.98, 0.5
_MONEY = frozenset({"amount", "price"})
_CUSTOMER = frozenset({"customer", "account", "contact", "mail", "phone", "document"})
_PLACES = frozenset({"place", "country"})  # that of a buyer names no buyer
_NUMBER = frozenset({"order", "ticket", "id"})


def ask_about_recurring_numbers(table: SourceTable) -> str:
    """Ask what identifies an order whose number recurs, with the query for each answer; empty for other tables.

    Examples
    --------
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> from lealtad.sources.recognition.tables.source_tables import Place, SourceTable
    >>> columns = {"Fecha": ["2024-01-05", "2024-01-06"], "Nº ticket": ["1", "1"], "Cliente": ["7", "8"]}
    >>> rows = pl.DataFrame({**columns, "Total": ["9.5", "3.5"]})
    >>> contents = tuple(describe_content(column) for column in rows.iter_columns())
    >>> ask_about_recurring_numbers(SourceTable(Place("ventas.csv", {}), contents, sample=rows)).partition(":")[0]
    'its "Nº ticket" starts again'
    """
    number = next((content for content in table.contents if _may_number(content)), None)
    times = [content for content in table.contents if content.dates and content is not number]
    customers = [
        content for content in table.contents if _CUSTOMER & content.ideas and not _PLACES & content.ideas
    ]
    if table.sample is None or number is None or not times or not customers:
        return ""
    if not any(content.ideas & _MONEY and content.decimal is not None for content in table.contents):
        return ""
    status = next((content for content in table.contents if is_status(content.name) and content.values), None)
    if status is not None and _varies_within(table.sample, number.name, status.name) > _HALF:
        return _ask_about_statuses(table, number, times[0], status)
    pairs = table.sample.select(number.name, times[0].name).n_unique() >= _UNIQUE * table.sample.height
    if pairs and _varies_within(table.sample, number.name, customers[0].name) > _HALF:
        name = f"{times[0].name} {number.name}"
        query = f"select {query_pair(times[0].name, number.name)} as {quote_name(name)}, * from rows"  # noqa: S608
        return (
            f'its "{number.name}" starts again: other customers have the same. If each "{times[0].name}" counts '
            f'anew, write [sources.orders] with query = """{query}""", map order_id = "{name}", and map its other '
            "columns"
        )
    return ""


def _ask_about_statuses(
    table: SourceTable, number: ColumnContent, time: ColumnContent, status: ColumnContent
) -> str:
    """Ask which row of an order counts, with the query that keeps its last one if its times sort."""
    order, moment = quote_name(number.name), query_time(table, time.name)
    query = f"select * from rows qualify row_number() over (partition by {order} order by {moment} desc) = 1"  # noqa: S608
    keeps = f'query = """{query}"""' if moment else f'a query that keeps the row of the last "{time.name}"'
    return (
        f'its "{number.name}" recurs with another "{status.name}": it has a row per status. If the last one '
        f"counts, write [sources.orders] with {keeps}, map its columns, and select by only the "
        f'values of "{status.name}" that count'
    )


def _may_number(content: ColumnContent) -> bool:
    named = bool(content.ideas) and content.ideas <= _NUMBER
    return named and not content.dates and not content.empty and content.share_distinct < _UNIQUE


def _varies_within(rows: pl.DataFrame, number: str, other: str) -> float:
    """Return the share of the numbers that recur which have several values of another column."""
    counts = rows.group_by(number).agg(pl.len().alias("rows"), pl.col(other).n_unique().alias("values"))
    share = counts.filter(pl.col("rows") > 1).select((pl.col("values") > 1).mean()).item()
    return float(share or 0)
