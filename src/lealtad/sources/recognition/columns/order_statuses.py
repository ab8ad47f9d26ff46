"""The columns that say whether an order counts, and the values that do, in English and Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lealtad.sources.recognition.columns.names import read_ideas, split_words
from lealtad.sources.recognition.columns.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

Meaning = Literal["counts", "returned", "partly", "nothing"]


def is_status(name: str) -> bool:
    """Whether a column is called like the status of an order, and not like that of its delivery.

    Examples
    --------
    >>> is_status("Estado del pedido"), is_status("Financial Status"), is_status("Fulfillment Status")
    (True, True, False)
    """
    words = set(split_words(name))
    return bool(words & _get_names("status")) and not words & _get_names("elsewhere")


def is_refund(name: str) -> bool:
    """Whether a column is called like what was paid back, or like whether it was.

    Examples
    --------
    >>> is_refund("Importe de reembolso"), is_refund("Refunded Amount"), is_refund("Cantidad (- reembolso)")
    (True, True, False)
    """
    words = set(split_words(name))
    return bool(words & _get_names("refund")) and not words & (_get_names("units") | _get_names("elsewhere"))


def says_what_counts(name: str) -> bool:
    """Whether a column nobody reads may say that some of the orders do not count."""
    return (
        is_status(name)
        or is_refund(name)
        or ("return" in read_ideas(name) and not set(split_words(name)) & _get_names("units"))
    )


def read_status(value: str) -> Meaning | None:
    """Say what a status means: the order counts, came back whole or in part, or is none; None: nobody can tell.

    Examples
    --------
    >>> [read_status(value) for value in ("Completado", "voided", "partially_refunded", "Reembolsado", "X")]
    ['counts', 'nothing', 'partly', 'returned', None]
    """
    parts = split_words(value)
    by_length: dict[int, set[str]] = {}
    for kind, entries in load_vocabulary("order_statuses")["values"].items():
        for entry in entries:
            words = entry.split()
            if set(words) <= set(parts):
                by_length.setdefault(len(words), set()).add(kind)
    if not by_length:
        return None
    surest = by_length[max(by_length)]
    # an order that was paid and then cancelled is none
    order: tuple[Meaning, ...] = ("nothing", "partly", "returned", "counts")
    return next(kind for kind in order if kind in surest)


def read_statuses(values: Iterable[str]) -> dict[str, Meaning | None]:
    """Say what each value of a column means."""
    return {value: read_status(value) for value in values}


def _get_names(kind: str) -> frozenset[str]:
    return frozenset(load_vocabulary("order_statuses")["names"][kind])
