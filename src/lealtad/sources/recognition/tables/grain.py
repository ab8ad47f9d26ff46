"""The grain of a table: whether its rows are what a shape has one row of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import read_ideas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Shape

_UNIQUE = 0.98
_SEVERAL_ROWS = frozenset({"order_lines", "orders_repeated", "ticket_events"})  # per order or ticket
_UNIQUE = 0.98


def has_grain(shape: Shape, columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether the rows are what the shape has one of: orders say each order once, lines of orders do not."""
    key = {
        "orders": "order_id",
        "order_lines": "order_id",
        "orders_repeated": "order_id",
        "contracts": "subscription_id",
        "subscriptions": "subscription_id",
        "customers": "customer_id",
        "contacts": "touchpoint_id",
        "ticket_events": "ticket_id",
    }
    if shape.name in {"products", "purchases"}:
        return {"products": is_product_list, "purchases": _is_purchase_log}[shape.name](columns, contents)
    if shape.name == "tickets" and "updated_at" not in columns:
        return _get_share_distinct(contents, columns["ticket_id"]) >= _UNIQUE
    if shape.name not in key or "valid_from" in columns:
        return True
    header = columns[key[shape.name]]
    if shape.name == "subscriptions":  # a state of today is no change
        return _get_share_distinct(contents, header) < _UNIQUE or "status" not in read_ideas(columns["event"])
    if shape.name == "contacts" and not _are_events(columns, contents):
        return False
    unique = _get_share_distinct(contents, header) >= _UNIQUE
    return unique != (shape.name in _SEVERAL_ROWS)


def _get_share_distinct(contents: Sequence[ColumnContent], header: str) -> float:
    return next(content.share_distinct for content in contents if content.name == header)


def _is_purchase_log(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether rows without an id are purchases: customers come again, and nothing in them ends."""
    ideas = [content.ideas for content in contents]
    others = any(
        words & {"end", "term", "subscription", "ticket", "order_line", "metric", "month"} for words in ideas
    )
    comes_again = _get_share_distinct(contents, columns["customer_id"]) < _UNIQUE
    # a number that nothing explains may be that of the order, and its rows lines
    taken = set(columns.values())
    numbered = any("id" in content.ideas and content.name not in taken for content in contents)
    return comes_again and not others and not numbered


def _are_events(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether contacts are events: a list of people has addresses, and says at most whether one is a customer."""
    people = any(
        content.personal or (content.name == columns["customer_id"] and content.flag) for content in contents
    )
    return not people and bool({"channel", "touchpoint"} & set(columns))


def is_product_list(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether rows are products: each once, with a price or a category, and of no order, customer or contract."""
    ideas = [content.ideas for content in contents]
    of_somebody = any(words & {"order", "customer", "account", "ticket", "subscription"} for words in ideas)
    distinct = next(content.share_distinct for content in contents if content.name == columns["product_id"])
    return bool({"price", "category"} & set(columns)) and not of_somebody and distinct >= _UNIQUE
