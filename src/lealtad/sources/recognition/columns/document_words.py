"""What the kind of a document means: a sale, a credit note, a payment, or no money at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import load_vocabulary, match_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent

SALE, RETURN, PAYMENT, NOTHING = "sale", "credit_note", "payment", "nothing"


def is_document_kind(content: ColumnContent) -> bool:
    """Whether a column is named like the kind of a document."""
    names = load_vocabulary("document_kinds")["names"]
    return bool(content.words & set(names["kind"])) and not content.words & set(names["elsewhere"])


def read_document_kind(value: str) -> str | None:
    """Return what a kind of document is; None if no word shows it.

    Examples
    --------
    >>> [read_document_kind(value) for value in ("Factura", "Nota de crédito", "capture", "authorization", "X")]
    ['sale', 'credit_note', 'payment', 'nothing', None]
    """
    meanings = match_words(split_words(value), load_vocabulary("document_kinds")["values"])
    return meanings.pop() if len(meanings) == 1 else None
