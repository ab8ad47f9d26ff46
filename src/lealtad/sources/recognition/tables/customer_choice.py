"""The column that identifies the customer or the row, where several could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.document_words import (
    PAYMENT,
    RETURN,
    is_document_kind,
    read_document_kind,
)
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.parties import is_party

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Shape

_CUSTOMER, _ORDER = "customer_id", "order_id"
_NAMES = get_words("resemblances", "names")
_GAPS, _UNIQUE, _RECURRING, _FEW = 0.02, 0.98, 0.9, 20


def choose_customer(
    shape: Shape,
    columns: dict[str, str],
    scores: Mapping[tuple[str, str], float],
    contents: Sequence[ColumnContent],
) -> None:
    """Replace the customer in `columns` by a header that identifies people better, if there is one.

    Parameters
    ----------
    columns
        By column of the shape, the header that matches it best.
    scores
        By column of the shape and header, how well they fit.
    """
    _prefer_ids_to_names(columns, scores, contents)
    if shape.table == "touchpoints":
        _prefer_recurring_ids(columns, scores, contents)


def choose_transaction_id(
    columns: dict[str, str], scores: Mapping[tuple[str, str], float], contents: Sequence[ColumnContent]
) -> None:
    """Identify transactions, such as captures and refunds, by their own id: several of them name one order."""
    by_name = {content.name: content for content in contents}
    chosen = columns.get(_ORDER)
    kinds = [content for content in contents if content.name not in columns.values() and is_document_kind(content)]
    if chosen is None or by_name[chosen].share_distinct >= _UNIQUE:
        return
    if not any({PAYMENT, RETURN} <= {*map(read_document_kind, content.values)} for content in kinds):
        return
    able = [
        (score, header)
        for (column, header), score in scores.items()
        if column == _ORDER and header not in columns.values() and by_name[header].share_distinct >= _UNIQUE
    ]
    if able:
        columns[_ORDER] = max(able)[1]


def _prefer_ids_to_names(
    columns: dict[str, str], scores: Mapping[tuple[str, str], float], contents: Sequence[ColumnContent]
) -> None:
    """Identify customers by a document or an address rather than by their names, which several people share."""
    by_name = {content.name: content for content in contents}
    chosen = columns.get(_CUSTOMER)
    if chosen is None or not (by_name[chosen].spelled or by_name[chosen].words & _NAMES):
        return
    able = [
        (score, header)
        for (column, header), score in scores.items()
        if column == _CUSTOMER and header not in columns.values()
    ]
    able = [pair for pair in able if not by_name[pair[1]].spelled and by_name[pair[1]].share_missing <= _GAPS]
    able = [pair for pair in able if not by_name[pair[1]].words & _NAMES]
    if able:
        columns[_CUSTOMER] = max(able)[1]


def _prefer_recurring_ids(
    columns: dict[str, str], scores: Mapping[tuple[str, str], float], contents: Sequence[ColumnContent]
) -> None:
    """Identify the customers of events by an id that recurs, and belongs to no sender or receiver.

    An id that differs in each event is the id of the event. A sender is the company in half of the messages.
    """
    by_name = {content.name: content for content in contents}
    chosen = by_name[columns[_CUSTOMER]]
    is_unique = chosen.rows > _FEW and chosen.share_distinct >= _UNIQUE
    if not is_unique and not is_party(chosen):
        return
    others = [
        by_name[header] for column, header in scores if column == _CUSTOMER and header not in columns.values()
    ]
    able = [content for content in others if content.share_distinct < _RECURRING and not is_party(content)]
    if able:
        columns[_CUSTOMER] = max(able, key=lambda content: scores[_CUSTOMER, content.name]).name
