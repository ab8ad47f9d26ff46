"""Receipts: at the till a ticket is not a request for help, and the document of a sale identifies nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent

ORDER, _ORDER_TIME = "order id", "order date"
_TICKET = get_words("receipts", "ticket")
_FILLER = get_words("receipts", "filler")
_DOCUMENT = get_words("receipts", "document")
_UNIQUE = 0.98
_PEOPLE = frozenset({"customer", "mail", "phone", "document", "account"})
_MONEY = frozenset({"amount", "price"})
_OF_SUPPORT = frozenset({"solved", "reply", "priority", "assigned", "owner", "first"})
_SUPPORT_WORDS = get_words("receipts", "support")


def mark_receipts(contents: Sequence[ColumnContent]) -> tuple[ColumnContent, ...]:
    """Mark the number of a ticket or document as that of an order, in a table of receipts.

    Rows are receipts if they state money, and nothing that only a request for help has: an agent, a reply, a
    solution, a priority. A document is one of a sale, and not of a person, if each row has another one while
    customers recur.

    Examples
    --------
    >>> import polars as pl
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> rows = {"Ticket": ["T1", "T2"], "Importe": ["9,50", "3,20"]}
    >>> contents = [describe_content(pl.Series(*column)) for column in rows.items()]
    >>> [content.known_as for content in mark_receipts(contents)]
    ['order id', '']
    """
    has_money = any(_MONEY & content.ideas and content.decimal is not None for content in contents)
    of_support = any(_OF_SUPPORT & content.ideas or _SUPPORT_WORDS & content.words for content in contents)
    if not has_money or of_support:
        return tuple(contents)
    return tuple(replace(content, known_as=_find_role(content, contents)) for content in contents)


def _find_role(content: ColumnContent, contents: Sequence[ColumnContent]) -> str:
    if _is_ticket(content) or _is_document(content, contents):
        return ORDER
    named = content.words & _TICKET and content.dates
    return _ORDER_TIME if named else content.known_as


def _is_document(content: ColumnContent, contents: Sequence[ColumnContent]) -> bool:
    named = content.words & _DOCUMENT and content.words <= _DOCUMENT | _FILLER and "id" in content.ideas
    if not named or content.dates or content.share_missing or content.share_distinct < _UNIQUE:
        return False
    return any(
        other.ideas & _PEOPLE and other.distinct > 1 and other.share_distinct < _UNIQUE
        for other in contents
        if other is not content
    ) and not any("order" in other.ideas and "id" in other.ideas for other in contents)


def _is_ticket(content: ColumnContent) -> bool:
    named = content.words & _TICKET and content.words <= _TICKET | _FILLER
    return bool(named) and not content.dates and not content.flag
