"""Queries that bring a table to the contract's grain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.content import MISSING
from lealtad.sources.recognition.tables.source_tables import quote_name
from lealtad.sources.recognition.tables.time_order import query_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.tables.source_tables import SourceTable


def query_orders(table: SourceTable, columns: Mapping[str, str], line: str | None = None) -> str:
    """Write the query that sums the lines of each order; lines without a customer are left out.

    Parameters
    ----------
    line
        The column of what a line costs; None for quantity times price.
    """
    amount = f"{_cast_number(table, columns['quantity'])} * {_cast_number(table, columns['price'])}"
    amount = _cast_number(table, line) if line else amount
    order, customer = quote_name(columns["order_id"]), quote_name(columns["customer_id"])
    return "\n".join(
        [
            f"select {order} as order_id, {customer} as customer_id,",
            f"  {_query_earliest(table, columns['ordered_at'])} as ordered_at,",
            f"  {_round_total(table, f'sum({amount})')} as amount, count(*) as items,",
            f"  sum({amount}) < 0 as is_return",
            f"from {table.place.rows} where {require_value(table, columns['customer_id'])}",
            "group by 1, 2",
        ]
    )


def query_last_ticket_rows(table: SourceTable, columns: Mapping[str, str], wrong: Sequence[str]) -> str:
    """Write the query that keeps the newest row of each ticket, without the columns that are `wrong`."""
    # of rows updated at the same instant, the same one must win every time
    others = [quote_name(header) for name, header in columns.items() if name not in {"updated_at", "ticket_id"}]
    newest = f"{query_time(table, columns['updated_at'])} desc"
    ticket = quote_name(columns["ticket_id"])
    but = f" exclude ({', '.join(quote_name(name) for name in wrong)})" if wrong else ""
    return "\n".join(
        [
            f"select *{but} from {table.place.rows}",  # noqa: S608 - names are quoted
            f"qualify row_number() over (partition by {ticket} order by",
            f"  {', '.join([newest, *others])}) = 1",
        ]
    )


def query_with_id(rows: str, name: str, columns: Sequence[str]) -> str:
    """Write the query that builds an id from the content of a row, so that the same row gets the same id again."""
    parts = ", ".join(quote_name(column) for column in columns)
    return f"select md5(concat_ws('|', {parts})) as {name}, *\nfrom {rows}"


def query_with_key(table: SourceTable, name: str, known_by: Sequence[str]) -> str:
    """Write the query that builds a key from some columns, and numbers the rows that are equal in them.

    The key does not depend on the order of rows, and stays the same when rows are added.
    """
    parts = ", ".join(quote_name(column) for column in known_by)
    all_of_it = ", ".join(quote_name(content.name) for content in table.contents)
    return "\n".join(
        [
            f"select md5(concat_ws('|', {parts}, nth)) as {name}, * exclude (nth) from (",  # noqa: S608 - quoted
            f"  select *, row_number() over (partition by {parts} order by {all_of_it}) as nth",
            f"  from {table.place.rows})",
        ]
    )


def query_without(table: SourceTable, names: Sequence[str], renamed: Mapping[str, str]) -> str:
    """Write the query that leaves out some columns, and gives others another name."""
    kept = [content.name for content in table.contents if content.name not in names]
    columns = [quote_name(name) + (f" as {quote_name(renamed[name])}" if name in renamed else "") for name in kept]
    return f"select {', '.join(columns)} from {table.place.rows}"  # noqa: S608 - names are quoted


def query_customers(table: SourceTable, customer: str, more: Mapping[str, str]) -> str:
    """Write the query that returns every customer of a table of facts once."""
    described = "".join(f", min({quote_name(header)}) as {name}" for name, header in more.items())
    return "\n".join(
        [
            f"select {quote_name(customer)} as customer_id{described}",
            f"from {table.place.rows} where {require_value(table, customer)}",
            "group by 1",
        ]
    )


def _query_earliest(table: SourceTable, header: str) -> str:
    """Write the earliest of several times, as it is written; the first by its text where times do not sort."""
    name, time = quote_name(header), query_time(table, header)
    sorts = time in {name, ""} or table.place.dialect != "duckdb"
    return f"min({name})" if sorts else f"arg_min({name}, {time})"


def require_value(table: SourceTable, header: str) -> str:
    """Write the condition that a cell has a value: neither empty nor a mark such as n/a."""
    content, name = table.content(header), quote_name(header)
    if not content.text:
        return f"{name} is not null"
    marks = list_missing_marks(table, header)
    empty = f"{name} not in ({', '.join(map(_quote_text, ['', *marks]))})" if marks else f"{name} <> ''"
    return f"{name} is not null and {empty}"


def list_missing_marks(table: SourceTable, header: str) -> list[str]:
    """Return the marks in a column that stand for no value, as they are written."""
    if table.sample is None or header not in table.sample.columns:
        return []
    cells = table.sample[header].cast(pl.String, strict=False).str.strip_chars()
    marks = cells.filter(cells.str.to_lowercase().is_in([mark for mark in MISSING if mark]))
    return marks.unique().sort().to_list()


def _quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _cast_number(table: SourceTable, header: str) -> str:
    content, name = table.content(header), quote_name(header)
    if not content.text:
        return name
    if content.decimal == ",":
        name = f"replace(replace({name}, '.', ''), ',', '.')"
    return f"cast({name} as double precision)"


def _round_total(table: SourceTable, total: str) -> str:
    """Round to cents, so that a sum does not depend on the order of lines."""
    exact = f"cast({total} as numeric)" if table.place.dialect.startswith("postgres") else total
    return f"round({exact}, 2)"
