"""The grain of a table: whether its rows are what a shape has one row of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.contract_values import are_contract_changes
from lealtad.sources.recognition.columns.names import read_ideas
from lealtad.sources.recognition.columns.order_statuses import read_statuses

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Shape

_UNIQUE = 0.98
_FAR_FEWER = 0.8
_SEVERAL_ROWS = frozenset({"order_lines", "orders_repeated", "ticket_events"})  # per order or ticket
_KEYS = {
    "orders": "order_id",
    "order_lines": "order_id",
    "orders_repeated": "order_id",
    "contracts": "subscription_id",
    "subscriptions": "subscription_id",
    "customers": "customer_id",
    "contacts": "touchpoint_id",
    "ticket_events": "ticket_id",
}


def has_grain(shape: Shape, columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:  # noqa: C901, PLR0911 - one shape after the other
    """Whether a table has the grain of a shape: a list of orders names each order once, a list of lines does not.

    Parameters
    ----------
    columns
        By column of the shape, the header that matches it.
    """
    if shape.name == "products":
        return _is_product_list(columns, contents)
    if shape.name == "purchases":
        return _is_purchase_log(columns, contents)
    if shape.name == "customer_changes":
        return _are_changes(columns["event"], contents) and _recur(contents, columns["customer_id"])
    if shape.name == "touchpoints":  # what ends a contract is no contact
        return not _are_changes(columns["touchpoint"], contents) and not _are_payments(columns, contents)
    if shape.name == "tickets" and "updated_at" not in columns:
        return _get_share_distinct(contents, columns["ticket_id"]) >= _UNIQUE
    if shape.name not in _KEYS or "valid_from" in columns:
        return True
    header = columns[_KEYS[shape.name]]
    if shape.name == "subscriptions" and _has_fewer(columns["subscription_id"], columns["customer_id"], contents):
        return False  # many customers share a product
    if shape.name == "subscriptions":  # the status of today is no change
        return _get_share_distinct(contents, header) < _UNIQUE or "status" not in read_ideas(columns["event"])
    if shape.name == "contacts" and not _are_events(columns, contents):
        return False
    unique = _get_share_distinct(contents, header) >= _UNIQUE
    return unique != (shape.name in _SEVERAL_ROWS)


def _has_fewer(first: str, second: str, contents: Sequence[ColumnContent]) -> bool:
    """Whether a column has far fewer different values than another one."""
    distinct = {content.name: content.distinct for content in contents}
    return distinct[first] < _FAR_FEWER * distinct[second]


def _get_share_distinct(contents: Sequence[ColumnContent], header: str) -> float:
    return next(content.share_distinct for content in contents if content.name == header)


def _is_purchase_log(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether rows without an id are purchases: customers return, and nothing in the rows ends."""
    ideas = [content.ideas for content in contents]
    others = any(
        words & {"end", "term", "subscription", "ticket", "order_line", "metric", "month"} for words in ideas
    )
    returns = _recur(contents, columns["customer_id"])
    # an unexplained number may be that of the order, whose lines the rows are then
    taken = {header for column, header in columns.items() if column != "order_id"}
    numbered = any(
        ("id" in content.ideas or content.ideas == {"order"}) and not content.dates and content.name not in taken
        for content in contents
    )
    return returns and not others and not numbered


def _are_payments(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether the kinds of contacts are the statuses of payments: such rows have money, and no contact."""
    kinds = next(content.values for content in contents if content.name == columns["touchpoint"])
    meanings = set(read_statuses(kinds).values())
    return "value" in columns and None not in meanings and {"counts", "nothing"} <= meanings


def _recur(contents: Sequence[ColumnContent], header: str) -> bool:
    return _get_share_distinct(contents, header) < _UNIQUE


def _are_changes(header: str, contents: Sequence[ColumnContent]) -> bool:
    """Whether a column says how contracts change; those of a mailing list are none."""
    event = next(content for content in contents if content.name == header)
    mailing = any("campaign" in content.ideas for content in contents)
    return not mailing and are_contract_changes(event.values)


def _are_events(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether contacts are events: a list of people has addresses, and at most flags the customers."""
    people = any(
        content.personal or (content.name == columns["customer_id"] and content.flag) for content in contents
    )
    return not people and bool({"channel", "touchpoint"} & set(columns))


def _is_product_list(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether rows are products: each one once, with a price or a category, and of no order or customer."""
    ideas = [content.ideas for content in contents]
    of_somebody = any(words & {"order", "customer", "account", "ticket", "subscription"} for words in ideas)
    distinct = _get_share_distinct(contents, columns["product_id"])
    return bool({"price", "category"} & set(columns)) and not of_somebody and distinct >= _UNIQUE
