"""Tables that name no customer: their rows belong to the customer of another table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.query import make_table_name
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids
from lealtad.sources.recognition.tables.shape_match import match_shape
from lealtad.sources.recognition.tables.source_tables import has_same_layout, quote_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.source_tables import Place, SourceTable

CUSTOMER = "customer_id"
_WHOSE = "It names no customer: the query takes the customer from the table that has its ids."
_UNIQUE, _ENOUGH, _ENOUGH_ORDERS = 0.98, 0.9, 0.5


def join_parents(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Join tables that match no shape for want of a customer to the table that knows the customer of their ids.

    Two tables join by an id of the same name that is unique in the parent and has nearly all values of the child.
    """
    return [table if table.match else _join_parent(table, tables) or table for table in tables]


def _join_parent(child: SourceTable, tables: Sequence[SourceTable]) -> SourceTable | None:
    for parent in tables:
        customer = parent.match.columns.get(CUSTOMER) if parent.match else None
        key = _find_shared_key(child, parent, customer) if customer and has_same_layout(child, parent) else None
        if customer is None or key is None or child.sample is None or parent.sample is None:
            continue
        customers = parent.sample.select(key, parent.sample[customer].alias(CUSTOMER))
        rows = child.sample.join(customers.unique(key), on=key, how="left", maintain_order="left")
        whose = replace(parent.content(customer), name=CUSTOMER, share_distinct=0.5)
        contents = (*child.contents, whose)
        match = match_shape(make_table_name(str(child.place.keys["files"])), contents)
        if match:
            return replace(
                child,
                place=_combine_places(child, parent, key, customer),
                contents=contents,
                match=match,
                sample=rows,
            )
    return None


def _find_shared_key(child: SourceTable, parent: SourceTable, customer: str) -> str | None:
    """Return the column that is a key of the parent and has the same name in the child."""
    if any(content.name == CUSTOMER for content in child.contents):
        return None
    parent_columns = {content.name: content for content in parent.contents}
    return next(
        (
            content.name
            for content in child.contents
            if content.name != customer and _is_key(content, parent_columns.get(content.name), child, parent)
        ),
        None,
    )


def _is_key(mine: ColumnContent, other: ColumnContent | None, child: SourceTable, parent: SourceTable) -> bool:
    if other is None or other.dates or other.share_distinct < _UNIQUE or other.empty:
        return False
    return measure_share(read_ids(child, mine.name), read_ids(parent, other.name)) >= _ENOUGH


def _combine_places(child: SourceTable, parent: SourceTable, key: str, customer: str) -> Place:
    names = [str(table.place.keys["files"]) for table in (child, parent)]
    mine, other = (quote_name(make_table_name(name.rpartition("/")[2])) for name in names)
    owner, shared = f"p.{quote_name(customer)} as {CUSTOMER}", quote_name(key)
    rows = f"(select c.*, {owner} from {mine} c left join {other} p using ({shared}))"  # noqa: S608 - quoted
    return replace(child.place, keys={**child.place.keys, "files": names}, rows=rows, why=_WHOSE)


def ask_for_missing_orders(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Ask for the orders of lines that name no customer, if no table of orders has their ids."""
    orders = [
        read_ids(table, table.match.columns["order_id"])
        for table in tables
        if table.match and table.match.shape.table == "orders" and "order_id" in table.match.columns
    ]
    return [_ask_for_orders(table, orders) for table in tables]


def _ask_for_orders(table: SourceTable, orders: Sequence[pl.Series]) -> SourceTable:
    if table.match is None or table.match.shape.name != "lines":
        return table
    mine = read_ids(table, table.match.columns["order_id"])
    if any(measure_share(mine, header) >= _ENOUGH_ORDERS for header in orders):
        return table
    why = (
        f'its lines name no customer, and no table of orders has the ids of "{table.match.columns["order_id"]}": '
        "export the orders too, with their customers and times"
    )
    return replace(table, match=None, question=why)
