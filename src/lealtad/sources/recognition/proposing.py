"""From a table of theirs, read as a shape, to a section of the settings: mapped, asked and left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.contract.side_tables import ORDER_LINES, PRODUCTS
from lealtad.sources.contract.tables import STORED, get_table
from lealtad.sources.recognition.assuming import complete_section
from lealtad.sources.recognition.contract_list import read_contract_list
from lealtad.sources.recognition.counting import says_what_counts
from lealtad.sources.recognition.joining import join_sections
from lealtad.sources.recognition.leaving_out import list_unmapped_columns, split_attributes
from lealtad.sources.recognition.months import describe_month_columns
from lealtad.sources.recognition.order_products import add_order_lines, read_order_lines
from lealtad.sources.recognition.order_rows import group_order_rows, has_negative_lines
from lealtad.sources.recognition.product_list import map_on_sale
from lealtad.sources.recognition.proposal import Proposal
from lealtad.sources.recognition.refining import refine_section
from lealtad.sources.recognition.unfolding import (
    query_customers,
    query_last_ticket_rows,
    query_orders,
    query_with_key,
    query_without,
)
from lealtad.sources.recognition.values import map_values
from lealtad.sources.recognition.vendors import apply_vendor
from lealtad.sources.recognition.writing import add_value_formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.matching import ShapeMatch
    from lealtad.sources.recognition.proposal import SourceTable

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


def propose_sections(found: Sequence[SourceTable]) -> list[Proposal]:
    """Propose a section for every table of theirs that was recognised, customers first.

    Where no table of customers is among them, the customers are those that the facts name.
    """
    read = [
        (apply_vendor(section, one), one)
        for one in found
        if one.match
        for section in complete_section(_propose_section(one, one.match), one)
    ]
    beside = [pair for pair in read if pair[0].table in _BESIDE]
    pairs = join_sections([pair for pair in read if pair[0].table not in _BESIDE])
    with_beside = add_order_lines([*pairs, *beside])
    pairs = [(section, one) for section, one in with_beside if section.table not in _BESIDE]
    stand_beside = [_drop_misnamed(section, one) for section, one in with_beside if section.table in _BESIDE]
    sections = [section for section, _ in pairs]
    if not any(section.table == "customers" for section in sections):
        first = {id(one): (section, one) for section, one in reversed(pairs)}.values()  # a form may have several
        named = [_derive_customers(section, one) for section, one in first if _names_customers(section, one)]
        sections = [*named, *sections]
    places = {name: position for position, name in enumerate([table.name for table in STORED])}
    return sorted([*sections, *stand_beside], key=lambda section: places.get(section.table, len(places)))


def _propose_section(found: SourceTable, match: ShapeMatch) -> Proposal:
    section = _describe_section(found, match)
    if found.place.rows == "rows" or found.place.dialect != "duckdb" or section.query:
        return section
    note = "It names no customer itself: the query takes that of the table which has its ids."
    query = f"select * from {found.place.rows}"  # noqa: S608 - names are quoted
    return replace(section, query=query, notes=(*section.notes, note))


def _describe_section(found: SourceTable, match: ShapeMatch) -> Proposal:
    section = Proposal(match.shape.table, found.place, columns=dict(match.columns), rivals=match.rivals)
    attributes: tuple[str, ...] = ()
    left_out: dict[str, str] = {}
    if match.shape.name == "customers":
        attributes, left_out = split_attributes(found, set(match.columns.values()))
    section = add_value_formats(section, found, [*match.columns.values(), *attributes])
    unfolded = _unfold_section(section, found, match)
    section = replace(unfolded, values={**_map_column_values(unfolded, found), **unfolded.values})
    if match.shape.name == "customers":
        notes = () if "valid_from" in section.columns or not attributes else (_ALWAYS_KNOWN,)
        section = replace(section, attributes=attributes, left_out=left_out, notes=(*section.notes, *notes))
        return _drop_misnamed(refine_section(section, found), found)
    months = describe_month_columns(found.contents)
    section = replace(section, notes=(*section.notes, months)) if months else section
    no_place = list_unmapped_columns(found, set(match.columns.values()))
    section = refine_section(replace(section, left_out={**section.left_out, **no_place}), found)
    return _drop_misnamed(section, found)


def _map_column_values(section: Proposal, found: SourceTable) -> dict[str, dict[str, str | None]]:
    by_column = {
        column: map_values(section.table, column, found.content(theirs).values)
        for column, theirs in section.columns.items()
        if any(theirs == content.name for content in found.contents)
    }
    return {column: values for column, values in by_column.items() if values}


def _unfold_section(section: Proposal, found: SourceTable, match: ShapeMatch) -> Proposal:
    unfold = {
        "order_lines": _unfold_order_lines,
        "purchases": _unfold_purchases,
        "orders_repeated": group_order_rows,
        "contracts": read_contract_list,
        "tickets": _unfold_tickets,
        "lines": read_order_lines,
        "products": map_on_sale,
    }.get(match.shape.name)
    return unfold(section, found) if unfold else section


def _find_misnamed(section: Proposal, found: SourceTable) -> list[str]:
    """Return the columns that bear a name of the contract, and would map themselves, and are not that column."""
    ours = set(get_table(section.table).names)
    names = [content.name for content in found.contents if not content.empty]
    return [name for name in names if name in ours and section.columns.get(name) != name]


def _drop_misnamed(section: Proposal, found: SourceTable) -> Proposal:
    # accounts that are the customers may stay accounts as well
    used = {*section.columns, *({"account_id"} & set(section.columns.values()))}
    names = [name for name in _find_misnamed(section, found) if name not in used]
    if not names or section.query:
        return section
    note = f"The query leaves out {', '.join(names)}, which bears a name of the contract and holds something else."
    return replace(section, query=query_without(found, names), notes=(*section.notes, note))


def _unfold_order_lines(section: Proposal, found: SourceTable) -> Proposal:
    if not has_negative_lines(section, found) or any(says_what_counts(one.name) for one in found.contents):
        return group_order_rows(section, found)
    columns = section.columns
    missing = found.content(columns["customer_id"]).share_missing
    notes = [_LINES]
    if missing > _SOME:
        notes.append(f"{missing:.0%} of its lines name no customer; the query leaves them out.")
    return replace(section, query=query_orders(found, columns), columns={}, rivals={}, notes=tuple(notes))


def _unfold_purchases(section: Proposal, found: SourceTable) -> Proposal:
    names = {content.name for content in found.contents}
    known_by = [theirs for theirs in dict.fromkeys(section.columns.values()) if theirs in names]
    listed = ", ".join(known_by)
    note = f"Its orders have no id: the query makes one of {listed}, numbered where several rows say the same."
    return replace(
        section,
        query=query_with_key(found, "order_id", known_by),
        columns={**section.columns, "order_id": "order_id"},
        notes=(*section.notes, note),
    )


def _unfold_tickets(section: Proposal, found: SourceTable) -> Proposal:
    columns = {column: theirs for column, theirs in section.columns.items() if column != "updated_at"}
    section = replace(section, columns=columns)
    if found.content(columns["ticket_id"]).share_distinct >= _UNIQUE:
        return section
    updated = found.match.columns.get("updated_at") if found.match else None
    if updated is None or found.place.dialect != "duckdb":
        return replace(section, notes=("Its tickets stand more than once: say which row counts, with a query.",))
    query = query_last_ticket_rows(found, {**columns, "updated_at": updated}, _find_misnamed(section, found))
    note = f'It has a row per change of a ticket: the query keeps the last of each, by "{updated}".'
    return replace(section, query=query, notes=(note,))


def _names_customers(section: Proposal, found: SourceTable) -> bool:
    """Whether facts say who their customers are, in a column that can be read."""
    asked = {theirs for theirs, _ in section.asked.values()}
    return found.match is not None and found.match.columns["customer_id"] not in asked


def _derive_customers(section: Proposal, found: SourceTable) -> Proposal:
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
        query=query_customers(found, customer, more),
        ids=section.ids if mapped_to in known else {},
        nobody=section.nobody,
        notes=("No table of customers was found: these are the customers that the facts name.",),
    )
