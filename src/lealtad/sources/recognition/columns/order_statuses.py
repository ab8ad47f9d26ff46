"""The columns that say whether an order counts, and the values that do, in English and Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lealtad.sources.recognition.columns.names import read_ideas, split_words
from lealtad.sources.recognition.columns.vocabulary import load_vocabulary, match_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Meaning = Literal["counts", "returned", "partly", "nothing"]


def is_status(name: str) -> bool:
    """Whether a column is named like the status of an order, and not like that of its delivery.

    Examples
    --------
    >>> is_status("Estado del pedido"), is_status("properties.dealstage"), is_status("Fulfillment Status")
    (True, True, False)
    """
    words = set(split_words(name))
    endings = tuple(_get_names("status_endings"))
    named = words & _get_names("status") or any(word.endswith(endings) for word in words)
    return bool(named) and not words & _get_names("elsewhere")


def is_refund(name: str) -> bool:
    """Whether a column is named like the amount of a refund, or like the fact of one.

    Examples
    --------
    >>> is_refund("Importe de reembolso"), is_refund("Refunded Amount"), is_refund("Cantidad (- reembolso)")
    (True, True, False)
    """
    words = set(split_words(name))
    return bool(words & _get_names("refund")) and not words & (_get_names("units") | _get_names("elsewhere"))


def says_what_counts(name: str) -> bool:
    """Whether an unread column may say that some orders do not count."""
    return (
        is_status(name)
        or is_refund(name)
        or ("return" in read_ideas(name) and not set(split_words(name)) & _get_names("units"))
    )


def read_status(value: str) -> Meaning | None:
    """Return what a status means for an order; None if no word shows it.

    An order "counts", was "returned" in full, was refunded "partly", or counts for "nothing".

    Examples
    --------
    >>> [read_status(value) for value in ("Completado", "voided", "partially_refunded", "Reembolsado", "X")]
    ['counts', 'nothing', 'partly', 'returned', None]
    >>> [read_status(value) for value in ("Pendiente de envío", "Pago no completado", "Cancelado parcialmente")]
    ['counts', None, None]
    """
    words, entries = split_words(value), load_vocabulary("order_statuses")["values"]
    meanings = match_words(
        words, {**entries, "counts": [*entries["counts"], *entries["underway"]], "underway": []}
    )
    # an order that was paid and then cancelled counts for nothing
    order: tuple[Meaning, ...] = ("nothing", "partly", "returned", "counts")
    meaning = next((meaning for meaning in order if meaning in meanings), None)
    return None if meaning and _is_doubtful(words, meaning, entries) else meaning


def _is_doubtful(words: list[str], meaning: Meaning, entries: Mapping[str, list[str]]) -> bool:
    """Whether a word turns a status round, or says that it holds in part, and no entry has that word."""
    doubts = load_vocabulary("order_statuses")["doubts"]
    turns = doubts["negation"] if meaning == "counts" else doubts["in_part"]
    explained = {word for phrase in entries[meaning] for word in phrase.split()}
    if meaning == "counts":
        explained |= {word for phrase in entries["underway"] for word in phrase.split()}
    return bool(set(words) & set(turns) - explained)


def read_statuses(values: Iterable[str]) -> dict[str, Meaning | None]:
    """Return what each value of a status column means."""
    return {value: read_status(value) for value in values}


def _get_names(kind: str) -> frozenset[str]:
    return frozenset(load_vocabulary("order_statuses")["names"][kind])
