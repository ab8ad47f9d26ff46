"""Tickets of a shop: at the till a ticket is a receipt, and no request for help."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent

ORDER = "order id"
_TICKET = get_words("receipts", "ticket")
_FILLER = get_words("receipts", "filler")
_MONEY = frozenset({"amount", "price"})
_OF_SUPPORT = frozenset({"solved", "reply", "priority", "assigned", "owner", "first"})
_SUPPORT_WORDS = get_words("receipts", "support")


def mark_receipts(contents: Sequence[ColumnContent]) -> tuple[ColumnContent, ...]:
    """Mark the number of a ticket as that of an order, in a table of receipts.

    Rows are receipts if they state money, and nothing that only a request for help has: an agent, a reply, a
    solution, a priority.

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
    return tuple(replace(content, known_as=ORDER) if _is_ticket(content) else content for content in contents)


def _is_ticket(content: ColumnContent) -> bool:
    named = content.words & _TICKET and content.words <= _TICKET | _FILLER
    return bool(named) and not content.dates and not content.flag
