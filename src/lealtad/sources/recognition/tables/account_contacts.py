"""Two lists of customers: contacts and their accounts, the same people with other ids, or the same ids again."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.query import make_table_name
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids
from lealtad.sources.recognition.tables.shapes import load_shapes
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CUSTOMER = "customer_id"
_ENOUGH, _SOME = 0.9, 0.5
_SINCE = ("valid_from", "became_customer_at", "first_contact_at")
_AGAIN = "it lists customers of {} again, by the same ids, and is not read. A query can join its columns"
_SAME_PEOPLE = (
    'its "{}" has the addresses of {}: both list the same people, with ids of their own. Only that list is read. '
    "To read facts by the ids of this one, write [sources.identities] with both files, their dates and query = "
    '"""{}"""'
)
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
    for first, second in itertools.permutations(people, 2):
        if why := _find_repeat(result[first], result[second], result):
            result[second] = replace(result[second], match=None, question=why)
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


def _find_repeat(first: SourceTable, second: SourceTable, tables: Sequence[SourceTable]) -> str:
    """Return why the second list is not read beside the first; empty if it may list other customers."""
    if not (_lists_customers(first) and _lists_customers(second)):
        return ""
    if any("valid_from" in table.match.columns for table in (first, second) if table.match):
        return ""  # rows of other days
    own, theirs = (read_ids(table, _get_customer(table)) for table in (first, second))
    if measure_share(theirs, own) >= _ENOUGH:
        is_surer = theirs.len() < own.len() or _get_score(second) <= _get_score(first)
        return _AGAIN.format(first.place.name) if is_surer else ""
    mails = [_find_mail(table) for table in (first, second)]
    if not all(mails) or measure_share(read_ids(second, mails[1]), read_ids(first, mails[0])) < _SOME:
        return ""
    if _count_facts(second, tables) > _count_facts(first, tables):
        return ""  # asked about the other one
    customer, other, alias, mine = map(
        quote_name, (_get_customer(first), mails[0], _get_customer(second), mails[1])
    )
    files = [quote_name(make_table_name(table.place.name.rpartition("/")[2])) for table in (second, first)]
    since = _find_start(second)
    valid_from = f"a.{quote_name(since)}" if since else "…"
    query = (
        f"select a.{alias} as alias, b.{customer} as customer_id, {valid_from} as valid_from from {files[0]} a "  # noqa: S608
        f"join {files[1]} b on lower(trim(a.{mine})) = lower(trim(b.{other}))"
    )
    return _SAME_PEOPLE.format(mails[1], first.place.name, query)


def _find_mail(table: SourceTable) -> str:
    """Return the column with one e-mail address for each customer; empty if there is none."""
    own = _get_customer(table)
    return next(
        (one.name for one in table.contents if one.mail and one.name != own and one.share_distinct > _ENOUGH), ""
    )


def _count_facts(people: SourceTable, tables: Sequence[SourceTable]) -> int:
    return sum(_are_named([table], people) for table in tables)


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


def _get_score(table: SourceTable) -> float:
    return table.match.score if table.match else 0.0


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
    columns, since = contacts.match.columns if contacts.match else {}, _find_start(contacts)
    if contacts.match is None or since is None:
        why = _NO_TIME.format(accounts.place.name, columns[_CUSTOMER], link)
        return replace(contacts, match=None, question=why)
    shape = next(shape for shape in load_shapes() if shape.name == "identities")
    tied = {"alias": columns[_CUSTOMER], _CUSTOMER: link, "valid_from": since}
    return replace(contacts, match=replace(contacts.match, shape=shape, columns=tied, rivals={}))


def _find_start(people: SourceTable) -> str | None:
    columns = people.match.columns if people.match else {}
    return next((columns[name] for name in _SINCE if name in columns), None)


def _leave_out(table: SourceTable, what: str, instead: str) -> SourceTable:
    return replace(table, match=None, question=_NOT_NAMED.format(what, instead))
