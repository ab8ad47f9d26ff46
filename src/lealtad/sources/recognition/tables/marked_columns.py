"""Columns whose values or owners say what they are: cards of customers, and numbers of orders such as #1001."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.receipts import ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent

CUSTOMER = "customer id"
_CARD, _PAYMENT = get_words("marked_columns", "card"), get_words("marked_columns", "payment")
_MASKED = r"[*•]|[xX]{3,}"
_CARD_NUMBER = r"^[A-Za-z]{0,3}\d{5,12}$"
_HASH_NUMBER = r"^#\w*\d+$"
_UNIQUE, _MOST = 0.98, 0.8
_PREFIX_END, _FEWEST_SHARING = " - ", 4
_MONEY = frozenset({"amount", "price"})


def mark_columns(contents: Sequence[ColumnContent], rows: pl.DataFrame) -> tuple[ColumnContent, ...]:
    """Mark the card of a customer as the customer, and unique numbers such as #1001 beside money as orders.

    Examples
    --------
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> columns = {"Name": ["#1001", "#1002"], "Tarjeta cliente": ["29001", "29002"], "Total": ["9", "8"]}
    >>> rows = pl.DataFrame(columns)
    >>> contents = [describe_content(column) for column in rows.iter_columns()]
    >>> [content.known_as for content in mark_columns(contents, rows)]
    ['order id', 'customer id', '']
    """
    with_orders = any(
        "order" in (content.ideas | {content.known_as.split(" ")[0]}) or content.ideas == frozenset({"id"})
        for content in contents
    )
    with_customers = any(content.ideas == frozenset({"customer", "id"}) for content in contents)
    has_money = any(_MONEY & content.ideas and content.decimal is not None for content in contents)
    return tuple(
        replace(content, known_as=CUSTOMER)
        if not with_customers and _is_card(content, rows)
        else replace(content, known_as=ORDER)
        if has_money and not with_orders and _has_hash_numbers(content, rows)
        else content
        for content in contents
    )


def drop_shared_prefix(contents: Sequence[ColumnContent]) -> list[ColumnContent]:
    """Name columns without a prefix that nearly all headers share, as in "Deal - Value" of Pipedrive.

    Examples
    --------
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> headers = ("Deal - ID", "Deal - Value", "Deal - Won time", "Deal - Contact person")
    >>> contents = [describe_content(pl.Series(name, ["1"])) for name in headers]
    >>> [content.known_as for content in drop_shared_prefix(contents)]
    ['ID', 'Value', 'Won time', 'Contact person']
    """
    prefix = contents[0].name.partition(_PREFIX_END)[0] + _PREFIX_END if contents else ""
    sharing = [content for content in contents if content.name.startswith(prefix)]
    if len(sharing) < max(_FEWEST_SHARING, _MOST * len(contents)):
        return list(contents)
    return [
        replace(content, known_as=content.name.removeprefix(prefix))
        if content in sharing and not content.known_as
        else content
        for content in contents
    ]


def _is_card(content: ColumnContent, rows: pl.DataFrame) -> bool:
    """Whether a column holds the cards by which a shop may know its customers, and not cards that pay."""
    if not content.words & _CARD or content.words & _PAYMENT:
        return False
    if content.empty or content.flag or content.distinct < 2:  # noqa: PLR2004 - one is no customer
        return False
    cards = rows[content.name].cast(pl.String, strict=False).str.strip_chars()
    if "customer" in content.ideas:
        return not content.dates and not cards.str.contains(_MASKED).any()
    # the numbers of cards that pay have more digits, and their endings fewer
    return content.words <= _CARD and bool(cards.drop_nulls().str.contains(_CARD_NUMBER).all())


def _has_hash_numbers(content: ColumnContent, rows: pl.DataFrame) -> bool:
    if not content.text or content.empty or content.share_missing or content.share_distinct < _UNIQUE:
        return False  # rows that share a number are lines of one order
    filled = rows[content.name].str.strip_chars().drop_nulls()
    return bool(filled.filter(filled != "").str.contains(_HASH_NUMBER).all())
