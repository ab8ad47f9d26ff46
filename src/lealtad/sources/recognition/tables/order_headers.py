"""Orders whose amounts stand in another file: each line takes customer, time and status from its order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.query import make_table_name
from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.columns.order_statuses import is_status
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids
from lealtad.sources.recognition.tables.shape_match import match_shape
from lealtad.sources.recognition.tables.source_tables import has_same_layout, quote_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shape_match import ShapeMatch
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_TAKES = "The query takes what it lacks from the other table that names its orders."
_AMOUNT, _QUANTITY = "amount", "quantity"
_OF_LINES = frozenset({"order_lines", "orders_repeated"})
_TAKEN = ("customer_id", "ordered_at")  # from the orders, under these names
_ENOUGH, _HALF, _UNIQUE = 0.9, 0.5, 0.98


@dataclass(frozen=True)
class _Join:
    """A table of lines, joined to the orders that it names."""

    orders: SourceTable
    lines: SourceTable

    @property
    def is_of_lines(self) -> bool:
        return self.lines.match is not None and self.lines.match.shape.name in _OF_LINES


def join_order_headers(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Join orders without an amount to the table that has their amounts.

    If several tables have them, such as lines and payments, the lines count, and the others are not read.
    """
    result = list(tables)
    for orders in tables:
        columns = _match_without_amount(orders)
        if columns is None or _are_listed(orders, columns["order_id"], tables):
            continue
        joins = [
            join
            for table in tables
            if table is not orders and _may_be_lines(table) and (join := _join_lines(orders, table, columns))
        ]
        if not joins:
            continue
        chosen = next((join for join in joins if join.is_of_lines), joins[0])
        beside = {join.lines.place.name for join in joins if join is not chosen}
        name = chosen.lines.place.name
        result = [_settle(table, orders, chosen.lines, name, beside) for table in result]
    return result


def _may_be_lines(table: SourceTable) -> bool:
    """Whether a table lacks customers and times, as far as its match shows."""
    return not table.question and (table.match is None or table.match.shape.name == "lines")


def _are_listed(orders: SourceTable, order: str, tables: Sequence[SourceTable]) -> bool:
    """Whether a table of orders with amounts has these orders already, as beside a list of deliveries."""
    ids = read_ids(orders, order)
    return any(
        measure_share(ids, read_ids(table, table.match.columns["order_id"])) >= _HALF
        for table in tables
        if table.match and table.match.shape.table == "orders" and "order_id" in table.match.columns
    )


def _settle(
    table: SourceTable, orders: SourceTable, lines: SourceTable, name: str, beside: set[str]
) -> SourceTable:
    """Return a table as the join leaves it: the orders are read with their lines, other amounts are not."""
    if table.place.name == name:
        return lines
    if table.place.name == orders.place.name:
        return replace(table, match=None, question=f"its orders are read with their amounts, below {name}")
    if table.place.name in beside:
        why = f"it has amounts of the orders of {orders.place.name} too: those of {name} count, so it is not read"
        return replace(table, match=None, question=why)
    return table


def _match_without_amount(table: SourceTable) -> Mapping[str, str] | None:
    """Return the columns of orders that lack nothing but an amount; None for other tables."""
    if table.match or table.question or table.sample is None or table.place.rows != "rows":
        return None
    lacking = replace(describe_content(pl.Series(_AMOUNT, [1.5, 2.5])), name=_AMOUNT, rows=table.sample.height)
    match = match_shape(make_table_name(table.place.name), [*table.contents, lacking])
    if match is None or match.shape.name != "orders" or match.columns[_AMOUNT] != _AMOUNT:
        return None
    return match.columns


def _join_lines(orders: SourceTable, table: SourceTable, columns: Mapping[str, str]) -> _Join | None:
    """Join a table to the orders that one of its columns names; None if that makes no orders of it."""
    if table.sample is None or orders.sample is None or not has_same_layout(table, orders):
        return None
    key = _find_order_column(table, orders, columns["order_id"])
    if key is None or any(content.name in _TAKEN for content in table.contents):
        return None
    header = {columns[name]: name for name in _TAKEN}
    header |= {content.name: content.name for content in orders.contents if _says_status(content, table, header)}
    names = [content.name for content in orders.contents if content.name in header]
    contents = [*table.contents, *(replace(orders.content(name), name=header[name]) for name in names)]
    of_orders = orders.sample.unique(columns["order_id"]).select(
        pl.col(columns["order_id"]).alias(key), *(pl.col(name).alias(header[name]) for name in names)
    )
    rows = table.sample.join(of_orders, on=key, how="left", maintain_order="left")
    contents = [
        replace(content, share_distinct=min(content.share_distinct, 0.5))
        if content.name == "customer_id"
        else content
        for content in contents
    ]
    match = match_shape(make_table_name(table.place.name), contents)
    constant = () if match or _has_quantity(table) else (f"1 as {_QUANTITY}",)
    if constant:
        contents.append(describe_content(pl.Series(_QUANTITY, [1] * max(rows.height, 1))))
        rows = rows.with_columns(pl.lit(1).alias(_QUANTITY))
        match = match_shape(make_table_name(table.place.name), contents)
    if match is None or match.shape.table != "orders" or match.columns.get("order_id") != key:
        return None
    taken = [f"p.{quote_name(name)} as {quote_name(header[name])}" for name in names]
    return _Join(
        orders,
        combine_tables(table, orders, (key, columns["order_id"]), [*taken, *constant], contents, rows, match),
    )


def _has_quantity(table: SourceTable) -> bool:
    return any(_QUANTITY in content.ideas for content in table.contents)


def _says_status(content: ColumnContent, table: SourceTable, header: Mapping[str, str]) -> bool:
    own = {other.name for other in table.contents}
    return is_status(content.name) and content.name not in own and content.name not in header


def _find_order_column(table: SourceTable, orders: SourceTable, order: str) -> str | None:
    """Return the column of a table that names the orders of another one."""
    if orders.content(order).share_distinct < _UNIQUE:
        return None
    ids = read_ids(orders, order)
    named = [content for content in table.contents if content.name == order or "order" in content.ideas]
    named = [content for content in named if not content.dates and not content.empty]
    return next(
        (content.name for content in named if measure_share(read_ids(table, content.name), ids) >= _ENOUGH), None
    )


def combine_tables(  # noqa: PLR0913, PLR0917 - two tables, what joins them, and what comes of it
    table: SourceTable,
    orders: SourceTable,
    keys: tuple[str, str],
    taken: Sequence[str],
    contents: Sequence[ColumnContent],
    rows: pl.DataFrame,
    match: ShapeMatch,
) -> SourceTable:
    """Return a table with the columns that it takes from another one, whose key is in one of its own columns."""
    names = [str(place.keys["files"]) for place in (table.place, orders.place)]
    mine, theirs = (quote_name(make_table_name(name.rpartition("/")[2])) for name in names)
    on = " = ".join(f"{side}.{quote_name(key)}" for side, key in zip(("c", "p"), keys, strict=True))
    joined = f"(select c.*, {', '.join(taken)} from {mine} c left join {theirs} p on {on})"  # noqa: S608 - quoted
    place = replace(table.place, keys={**table.place.keys, "files": names}, rows=joined, why=_TAKES)
    return replace(table, place=place, contents=tuple(contents), match=match, sample=rows)
