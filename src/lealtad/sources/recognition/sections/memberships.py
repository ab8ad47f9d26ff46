"""Customers with a start, an end and a fee: each one is also a contract, as in a list of members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.contract_lists import read_contract_list
from lealtad.sources.recognition.sections.currencies import map_currency
from lealtad.sources.recognition.sections.proposal import Proposal
from lealtad.sources.recognition.sections.value_formats import add_value_formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CONTRACTS = frozenset({"contracts", "subscriptions"})
_PRICES = ("amount_monthly", "amount")
_FEE = get_words("memberships", "fee")
_SPENT = get_words("memberships", "spent")
_MEMBERS = "Each customer is one contract: no table lists contracts, and this one has their start, end and fee."


def add_memberships(pairs: Sequence[tuple[Proposal, SourceTable]]) -> list[tuple[Proposal, SourceTable]]:
    """Add a section of contracts for each table of customers that has their start, their end and a price.

    Nothing is added where another table lists contracts. Without a price, the end may be that of an account in a
    shop: a person is asked.
    """
    if any(section.table in _CONTRACTS for section, _ in pairs):
        return list(pairs)
    added: list[tuple[Proposal, SourceTable]] = []
    for section, table in pairs:
        contracts = _read_memberships(section, table) if section.table == "customers" else None
        if contracts is None:
            added.append((section, table))
        elif "ended_at" not in contracts.columns:
            added.append((section.add_notes(_ask_about_fee(contracts)), table))
        elif _has_fee(contracts):
            added += [(section, table), (contracts, table)]
        else:
            added.append((section.add_notes(_ask_about_end(contracts)), table))
    return added


def _read_memberships(section: Proposal, table: SourceTable) -> Proposal | None:
    customer = section.columns.get("customer_id")
    start = section.columns.get("became_customer_at") or section.columns.get("first_contact_at")
    if customer is None or start is None or section.query:
        return None
    columns = {"subscription_id": customer, "customer_id": customer, "started_at": start}
    contracts = read_contract_list(Proposal("subscriptions", table.place, columns), table)
    ends = "ended_at" in contracts.columns and not table.content(contracts.columns["ended_at"]).empty
    if not ends and "interval" not in contracts.columns:
        return None
    contracts = add_value_formats(contracts, table, contracts.columns.values())
    return replace(map_currency(contracts, table), notes=(_MEMBERS, *contracts.notes))


def _has_fee(contracts: Proposal) -> bool:
    """Whether the price is named like a fee; what somebody spends in a shop is none."""
    asked = {name: header for name, (header, _) in contracts.asked.items()}
    prices = [header for name, header in {**asked, **contracts.columns}.items() if name in _PRICES]
    words = {word for header in prices for word in split_words(header)}
    return bool(words & _FEE) and not words & _SPENT


def _ask_about_fee(contracts: Proposal) -> str:
    return (
        f'"{contracts.columns["interval"]}" says how often customers pay: is each one a contract? If so, write '
        f"[sources.contracts] with its file, columns.subscription_id and columns.customer_id = "
        f'"{contracts.columns["customer_id"]}", columns.started_at = "{contracts.columns["started_at"]}", and the '
        "columns of the end, the amount and the interval; no contract is read otherwise"
    )


def _ask_about_end(contracts: Proposal) -> str:
    return (
        f'"{contracts.columns["ended_at"]}" says when some customers ended: is that the end of a contract? If so, '
        "write [sources.contracts] with its file and columns.ended_at; it is not read otherwise"
    )
