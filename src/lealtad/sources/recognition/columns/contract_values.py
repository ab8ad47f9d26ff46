"""The value of the contract that a value of the source means, if one of its words shows it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lealtad.sources.contract.outcomes import simplify_word
from lealtad.sources.contract.tables import Kind, get_table
from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words, load_vocabulary, match_words

if TYPE_CHECKING:
    from collections.abc import Iterable

_YES = frozenset({"si", "s", "verdadero", "cierto"})
_NO = frozenset({"falso"})
_CANCELS = get_words("contract_lists", "cancel") | {"baja", "bajas", "churn", "churned", "terminated"}
_UNFOLDED = {"tickets": "ticket_events"}  # the values of the first become those of the second


def map_to_contract(table: str, column: str, values: Iterable[str]) -> dict[str, str | None]:
    """Map the values of a column to those of the contract; None where a person must say.

    Values that the contract reads as they are need no mapping and are left out. If any value is allowed in the
    column, such as a priority, values without a known word are left out too.

    Examples
    --------
    >>> map_to_contract("ticket_events", "event", ["created", "Cerrado", "Reabierto", "Escalado"])
    {'Cerrado': 'solved', 'Reabierto': 'reopened', 'Escalado': None}
    >>> map_to_contract("orders", "is_return", ["Sí", "No"])
    {'Sí': 'true'}
    >>> map_to_contract("tickets", "priority", ["Urgente", "normal", "Alta", "P3", "VIP"])
    {'Urgente': 'urgent', 'Alta': 'high', 'P3': 'normal'}
    >>> map_to_contract("interventions", "outcome", ["Aceptado", "no contesta", "Visita"])
    {'Visita': None}
    """
    if _is_flag(table, column):
        return {value: flag for value in values if (flag := _read_flag(value))}
    allowed = {*list_allowed_values(table, column), *_list_contract_words(table, column, values)}
    meant = {value: _find_meaning(table, column, value) for value in values if value not in allowed}
    return (
        meant
        if list_allowed_values(table, column)
        else {value: ours for value, ours in meant.items() if ours not in {None, value}}
    )


def list_allowed_values(table: str, column: str) -> tuple[str, ...]:
    """Return the closed list of a column's values; empty if any value is allowed."""
    column_there = get_table(table).column(column)
    return column_there.one_of if column_there else ()


def _list_contract_words(table: str, column: str, values: Iterable[str]) -> Iterable[str]:
    """Return the values that a load reads as one of the closed list."""
    words = getattr(get_table(table).column(column), "words", {})
    return (value for value in values if simplify_word(value) in words)


def measure_coverage(table: str, column: str, values: Iterable[str]) -> float:
    """Return the share of values that are mapped without asking a person."""
    all_values = list(values)
    unclear = [meant for meant in map_to_contract(table, column, all_values).values() if meant is None]
    return 1 - len(unclear) / len(all_values) if all_values else 0.0


def are_contract_changes(values: Iterable[str]) -> bool:
    """Whether values say that contracts start and end: each is a change of one, and customers cancel.

    Examples
    --------
    >>> are_contract_changes(["subscription_created", "upgraded", "cancelled"])
    True
    >>> are_contract_changes(["login", "cancelled"]), are_contract_changes(["call started", "call ended"])
    (False, False)
    """
    changes = {value: split_words(value) for value in values}
    meanings = {value: match_words(words, _get_changes()) for value, words in changes.items()}
    ends = {word for value, meant in meanings.items() if meant == {"end"} for word in changes[value]}
    return all(meanings.values()) and {"start"} in meanings.values() and bool(ends & _CANCELS)


def _get_changes() -> dict[str, list[str]]:
    return load_vocabulary("contract_values")["subscriptions"]["event"]  # type: ignore[no-any-return]  # of TOML


@lru_cache(1 << 14)
def _find_meaning(table: str, column: str, value: str) -> str | None:
    entries = load_vocabulary("contract_values").get(_UNFOLDED.get(table, table), {}).get(column, {})
    meanings = match_words(split_words(value), entries)
    return meanings.pop() if len(meanings) == 1 else None


def _is_flag(table: str, column: str) -> bool:
    column_there = get_table(table).column(column)
    return column_there is not None and column_there.kind is Kind.FLAG


def _read_flag(value: str) -> str | None:
    word = "".join(split_words(value))
    return "true" if word in _YES else "false" if word in _NO else None
