"""Contacts of accounts: two lists of customers, of which one names the other; only one of them is the customer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids
from lealtad.sources.recognition.tables.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CUSTOMER = "customer_id"
_ENOUGH, _SOME = 0.9, 0.5
_SINCE = ("valid_from", "became_customer_at", "first_contact_at")
_NOT_NAMED = "its rows are {}, and no fact names them: {} are the customers. It is not read"
_NO_TIME = (
    'its rows are contacts of the accounts in {}, and facts name both. Since when does each "{}" belong to its '
    '"{}"? Write [sources.identities] with alias, customer_id and valid_from, or map the account in the facts'
)


def tie_contacts(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Read the contacts of accounts as other names of these where facts name both; else leave one list out.

    Customers that are counted as contacts, and once more as accounts, would be twice as many.
    """
    result = list(tables)
    people = [place for place, table in enumerate(result) if _lists_customers(table)]
    for contacts in people:
        for accounts in people:
            link = _find_link(result[contacts], result[accounts]) if contacts != accounts else None
            if link is None:
                continue
            named = [_are_named(result, result[place]) for place in (contacts, accounts)]
            if named[1]:
                tied = _tie(result[contacts], result[accounts], link)
                result[contacts] = tied if named[0] else _leave_out(result[contacts], "contacts", "their accounts")
            elif named[0]:
                result[accounts] = _leave_out(result[accounts], "accounts", "their contacts")
    return result


def _lists_customers(table: SourceTable) -> bool:
    return table.match is not None and table.match.shape.name == "customers" and table.sample is not None


def _find_link(contacts: SourceTable, accounts: SourceTable) -> str | None:
    """Return the column of contacts that holds the ids of accounts; None if there is none."""
    if not (_lists_customers(contacts) and _lists_customers(accounts)):
        return None
    own, ids = _get_customer(contacts), read_ids(accounts, _get_customer(accounts))
    if measure_share(read_ids(contacts, own), ids) >= _SOME:
        return None  # both list the same customers
    able = [content.name for content in contacts.contents if content.name != own and not content.dates]
    return next((name for name in able if measure_share(read_ids(contacts, name), ids) >= _ENOUGH), None)


def _get_customer(table: SourceTable) -> str:
    return table.match.columns[_CUSTOMER] if table.match else ""


def _are_named(tables: Sequence[SourceTable], people: SourceTable) -> bool:
    """Whether the facts of some table name these customers."""
    ids = read_ids(people, _get_customer(people))
    facts = [table for table in tables if table.match and not _lists_customers(table)]
    return any(
        measure_share(read_ids(table, _get_customer(table)), ids) >= _SOME for table in facts if _has_id(table)
    )


def _has_id(table: SourceTable) -> bool:
    return table.match is not None and _CUSTOMER in table.match.columns


def _tie(contacts: SourceTable, accounts: SourceTable, link: str) -> SourceTable:
    columns = contacts.match.columns if contacts.match else {}
    since = next((columns[name] for name in _SINCE if name in columns), None)
    if contacts.match is None or since is None:
        why = _NO_TIME.format(accounts.place.name, columns[_CUSTOMER], link)
        return replace(contacts, match=None, question=why)
    shape = next(shape for shape in load_shapes() if shape.name == "identities")
    tied = {"alias": columns[_CUSTOMER], _CUSTOMER: link, "valid_from": since}
    return replace(contacts, match=replace(contacts.match, shape=shape, columns=tied, rivals={}))


def _leave_out(table: SourceTable, what: str, instead: str) -> SourceTable:
    return replace(table, match=None, question=_NOT_NAMED.format(what, instead))
