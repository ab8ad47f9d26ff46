"""Customers of one order each, beside a column that names people: the id is that of the order, perhaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.sections.unfolding import drop_misnamed
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

Pair = tuple["Proposal", "SourceTable"]
_UNIQUE, _FEWEST, _RECURS, _ENOUGH = 0.98, 30, 0.9, 0.9
_PEOPLE = frozenset({"customer", "contact", "person"})


def ask_about_single_orders(pairs: Sequence[Pair]) -> list[Pair]:
    """Ask who the customer is if each has one order, and another id of theirs recurs.

    Shops with guests give each order a customer of its own, and name the person in another column. By the first,
    nobody ever comes back.
    """
    return [
        (_ask(section, table, pairs) if section.table == "customers" else section, table)
        for section, table in pairs
    ]


def _ask(section: Proposal, table: SourceTable, pairs: Sequence[Pair]) -> Proposal:
    header = section.columns.get("customer_id")
    if header not in table.headers or not _has_single_orders(table, str(header), pairs):
        return section
    person = next(
        (
            content.name
            for content in table.contents
            if content.name != header
            and {"id"} < content.ideas
            and content.ideas & _PEOPLE
            and content.distinct > 1
            and content.share_distinct < _RECURS
            and not content.share_missing
        ),
        None,
    )
    if person is None:
        return section
    why = (
        f'each "{header}" has one order, and "{person}" recurs: which one is the customer? If "{person}", map it '
        "here, and bring it into the rows of orders with a query that joins this file"
    )
    return drop_misnamed(section.ask("customer_id", str(header), why), table)


def _has_single_orders(table: SourceTable, header: str, pairs: Sequence[Pair]) -> bool:
    """Whether the orders name each customer once."""
    if table.content(header).share_distinct < _UNIQUE:
        return False
    ids = read_ids(table, header)
    for section, orders in pairs:
        name, order = section.columns.get("customer_id"), section.columns.get("order_id")
        if section.table != "orders" or orders.sample is None or not {name, order} <= set(orders.headers):
            continue
        mine = read_ids(orders, str(name))
        of_order = orders.sample[str(order)].n_unique()
        if of_order >= _FEWEST and mine.len() >= _UNIQUE * of_order and measure_share(mine, ids) >= _ENOUGH:
            return True
    return False
