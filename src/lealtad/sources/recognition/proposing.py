"""From a table of theirs, read as a shape, to a section of the settings: mapped, asked and left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.contract.beside import ORDER_LINES, PRODUCTS
from lealtad.sources.contract.tables import STORED, table_named
from lealtad.sources.recognition.assuming import assumed
from lealtad.sources.recognition.contract_list import contract_list
from lealtad.sources.recognition.counting import says_what_counts
from lealtad.sources.recognition.joining import joined
from lealtad.sources.recognition.leaving_out import attributes_and_the_rest, fact_columns_left_out
from lealtad.sources.recognition.months import months_as_columns
from lealtad.sources.recognition.order_products import lines_alone, with_lines
from lealtad.sources.recognition.order_rows import negative_lines, rows_of_one_order
from lealtad.sources.recognition.product_list import with_on_sale
from lealtad.sources.recognition.proposal import Proposal
from lealtad.sources.recognition.refining import refined
from lealtad.sources.recognition.unfolding import (
    customers_of,
    last_of_each_ticket,
    orders_of_lines,
    with_a_key,
    without,
)
from lealtad.sources.recognition.values import mapped
from lealtad.sources.recognition.vendors import with_vendor
from lealtad.sources.recognition.writing import with_writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.matching import Match
    from lealtad.sources.recognition.proposal import Found

_OF_A_CUSTOMER = ("country", "segment")
_BESIDE = frozenset({ORDER_LINES.name, PRODUCTS.name})
_UNIQUE = 0.98
_SOME = 0.005
_LINES = (
    "Its rows are lines of orders: the query adds each order up (quantity times price), and takes an order whose "
    "sum is below zero for a return. Check that this is what your amounts mean."
)
_ALWAYS_KNOWN = (
    "No column says from when a row is valid: its attributes are read as if they had always been so. Leave out "
    "those that change as the customer leaves, or map valid_from."
)


def propose(found: Sequence[Found]) -> list[Proposal]:
    """Propose a section for every table of theirs that was recognised, customers first.

    Where no table of customers is among them, the customers are those that the facts name.
    """
    read = [
        (with_vendor(section, one), one)
        for one in found
        if one.match
        for section in assumed(_read(one, one.match), one)
    ]
    beside = [pair for pair in read if pair[0].table in _BESIDE]
    pairs = joined([pair for pair in read if pair[0].table not in _BESIDE])
    with_beside = with_lines([*pairs, *beside])
    pairs = [(section, one) for section, one in with_beside if section.table not in _BESIDE]
    stand_beside = [_rid_of_misnamed(section, one) for section, one in with_beside if section.table in _BESIDE]
    sections = [section for section, _ in pairs]
    if not any(section.table == "customers" for section in sections):
        first = {id(one): (section, one) for section, one in reversed(pairs)}.values()  # a form may have several
        named = [_named_by_facts(section, one) for section, one in first if _names_customers(section, one)]
        sections = [*named, *sections]
    places = {name: position for position, name in enumerate([table.name for table in STORED])}
    return sorted([*sections, *stand_beside], key=lambda section: places.get(section.table, len(places)))


def _read(found: Found, match: Match) -> Proposal:
    section = _described(found, match)
    if found.place.rows == "rows" or found.place.dialect != "duckdb" or section.query:
        return section
    note = "It names no customer itself: the query takes that of the table which has its ids."
    query = f"select * from {found.place.rows}"  # noqa: S608 - names are quoted
    return replace(section, query=query, notes=(*section.notes, note))


def _described(found: Found, match: Match) -> Proposal:
    section = Proposal(match.shape.table, found.place, columns=dict(match.columns), rivals=match.rivals)
    attributes: tuple[str, ...] = ()
    left_out: dict[str, str] = {}
    if match.shape.name == "customers":
        attributes, left_out = attributes_and_the_rest(found, set(match.columns.values()))
    section = with_writing(section, found, [*match.columns.values(), *attributes])
    unfolded = _unfolded(section, found, match)
    section = replace(unfolded, values={**_values(unfolded, found), **unfolded.values})
    if match.shape.name == "customers":
        notes = () if "valid_from" in section.columns or not attributes else (_ALWAYS_KNOWN,)
        section = replace(section, attributes=attributes, left_out=left_out, notes=(*section.notes, *notes))
        return _rid_of_misnamed(refined(section, found), found)
    months = months_as_columns(found.contents)
    section = replace(section, notes=(*section.notes, months)) if months else section
    no_place = fact_columns_left_out(found, set(match.columns.values()))
    section = refined(replace(section, left_out={**section.left_out, **no_place}), found)
    return _rid_of_misnamed(section, found)


def _values(section: Proposal, found: Found) -> dict[str, dict[str, str | None]]:
    by_column = {
        column: mapped(section.table, column, found.content(theirs).values)
        for column, theirs in section.columns.items()
        if any(theirs == content.name for content in found.contents)
    }
    return {column: values for column, values in by_column.items() if values}


def _unfolded(section: Proposal, found: Found, match: Match) -> Proposal:
    unfold = {
        "order_lines": _order_lines,
        "purchases": _purchases,
        "orders_repeated": rows_of_one_order,
        "contracts": contract_list,
        "tickets": _tickets,
        "lines": lines_alone,
        "products": with_on_sale,
    }.get(match.shape.name)
    return unfold(section, found) if unfold else section


def _misnamed(section: Proposal, found: Found) -> list[str]:
    """Return the columns that bear a name of the contract, and would map themselves, and are not that column."""
    ours = set(table_named(section.table).names)
    names = [content.name for content in found.contents if not content.empty]
    return [name for name in names if name in ours and section.columns.get(name) != name]


def _rid_of_misnamed(section: Proposal, found: Found) -> Proposal:
    # accounts that are the customers may stay accounts as well
    used = {*section.columns, *({"account_id"} & set(section.columns.values()))}
    names = [name for name in _misnamed(section, found) if name not in used]
    if not names or section.query:
        return section
    note = f"The query leaves out {', '.join(names)}, which bears a name of the contract and holds something else."
    return replace(section, query=without(found, names), notes=(*section.notes, note))


def _order_lines(section: Proposal, found: Found) -> Proposal:
    if not negative_lines(section, found) or any(says_what_counts(one.name) for one in found.contents):
        return rows_of_one_order(section, found)
    columns = section.columns
    missing = found.content(columns["customer_id"]).share_missing
    notes = [_LINES]
    if missing > _SOME:
        notes.append(f"{missing:.0%} of its lines name no customer; the query leaves them out.")
    return replace(section, query=orders_of_lines(found, columns), columns={}, rivals={}, notes=tuple(notes))


def _purchases(section: Proposal, found: Found) -> Proposal:
    names = {content.name for content in found.contents}
    known_by = [theirs for theirs in dict.fromkeys(section.columns.values()) if theirs in names]
    listed = ", ".join(known_by)
    note = f"Its orders have no id: the query makes one of {listed}, numbered where several rows say the same."
    return replace(
        section,
        query=with_a_key(found, "order_id", known_by),
        columns={**section.columns, "order_id": "order_id"},
        notes=(*section.notes, note),
    )


def _tickets(section: Proposal, found: Found) -> Proposal:
    columns = {column: theirs for column, theirs in section.columns.items() if column != "updated_at"}
    section = replace(section, columns=columns)
    if found.content(columns["ticket_id"]).share_distinct >= _UNIQUE:
        return section
    updated = found.match.columns.get("updated_at") if found.match else None
    if updated is None or found.place.dialect != "duckdb":
        return replace(section, notes=("Its tickets stand more than once: say which row counts, with a query.",))
    query = last_of_each_ticket(found, {**columns, "updated_at": updated}, _misnamed(section, found))
    note = f'It has a row per change of a ticket: the query keeps the last of each, by "{updated}".'
    return replace(section, query=query, notes=(note,))


def _names_customers(section: Proposal, found: Found) -> bool:
    """Whether facts say who their customers are, in a column that can be read."""
    asked = {theirs for theirs, _ in section.asked.values()}
    return found.match is not None and found.match.columns["customer_id"] not in asked


def _named_by_facts(section: Proposal, found: Found) -> Proposal:
    match = found.match
    if match is None:
        raise ValueError(found.place.name)
    mapped_to = section.columns.get("customer_id", "")
    known = {content.name for content in found.contents}
    customer = mapped_to if mapped_to in known else match.columns["customer_id"]
    names = [content.name for content in found.contents]
    more: dict[str, str] = {theirs.lower(): theirs for theirs in names if theirs.lower() in _OF_A_CUSTOMER}
    return Proposal(
        "customers",
        found.place,
        query=customers_of(found, customer, more),
        ids=section.ids if mapped_to in known else {},
        nobody=section.nobody,
        notes=("No table of customers was found: these are the customers that the facts name.",),
    )
