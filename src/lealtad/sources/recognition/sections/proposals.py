"""The proposed sections of all matched tables: mapped, joined, and completed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.contract.side_tables import ORDER_LINES, PRODUCTS
from lealtad.sources.contract.tables import STORED
from lealtad.sources.recognition.columns.contract_values import map_to_contract
from lealtad.sources.recognition.sections.currencies import declare_currencies
from lealtad.sources.recognition.sections.customer_columns import ask_about_cards
from lealtad.sources.recognition.sections.customer_joins import join_sections
from lealtad.sources.recognition.sections.defaults import complete_section
from lealtad.sources.recognition.sections.memberships import add_memberships
from lealtad.sources.recognition.sections.order_lines import add_order_lines
from lealtad.sources.recognition.sections.proposal import Proposal
from lealtad.sources.recognition.sections.queries import query_customers
from lealtad.sources.recognition.sections.refinement import refine_section
from lealtad.sources.recognition.sections.single_orders import ask_about_single_orders
from lealtad.sources.recognition.sections.times_of_day import combine_times
from lealtad.sources.recognition.sections.unfolding import drop_misnamed, unfold_section
from lealtad.sources.recognition.sections.unread_columns import list_unmapped_columns, split_attributes
from lealtad.sources.recognition.sections.value_formats import add_value_formats
from lealtad.sources.recognition.sections.vendor_settings import apply_vendor
from lealtad.sources.recognition.tables.monthly_states import describe_month_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.tables.shape_match import ShapeMatch
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_OF_A_CUSTOMER = ("country", "segment")
_BESIDE = frozenset({ORDER_LINES.name, PRODUCTS.name})
_ALWAYS_KNOWN = (
    "No column says from when a row is valid: its attributes are read as if they had always been so. Leave out "
    "those that change when a customer churns, or map valid_from."
)


def propose_sections(tables: Sequence[SourceTable]) -> list[Proposal]:
    """Propose a section for every recognised table, customers first.

    If no table lists the customers, they are the ones that the facts name.

    Parameters
    ----------
    tables
        The tables of a scan; those without a match are skipped.

    Returns
    -------
    The sections in the order of the contract's tables, then those of lines and products. A table can have several
    sections, one per survey question, or one of orders and one of their lines.

    Examples
    --------
    >>> import polars as pl
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> from lealtad.sources.recognition.tables.shape_match import match_shape
    >>> from lealtad.sources.recognition.tables.source_tables import Place, SourceTable
    >>> columns = {"order_id": ["1", "2"], "customer_id": ["7", "7"], "amount": ["3", "4"]}
    >>> rows = pl.DataFrame({**columns, "ordered_at": ["2026-01-05", "2026-01-06"]})
    >>> contents = tuple(describe_content(column) for column in rows.iter_columns())
    >>> place = Place("orders.csv", {"files": "orders.csv"})
    >>> orders = SourceTable(place, contents, match_shape("orders", contents))
    >>> [section.table for section in propose_sections([orders])]
    ['customers', 'orders']
    """
    read = [
        (drop_misnamed(apply_vendor(section, source), source), source)
        for source in tables
        if source.match
        for section in complete_section(_propose_section(source, source.match), source)
    ]
    read = add_memberships(read)
    beside = [pair for pair in read if pair[0].table in _BESIDE]
    joined = join_sections([pair for pair in read if pair[0].table not in _BESIDE])
    pairs = ask_about_cards(ask_about_single_orders(joined))
    with_beside = add_order_lines([*pairs, *beside])
    pairs = [pair for pair in with_beside if pair[0].table not in _BESIDE]
    stand_beside = [drop_misnamed(*pair) for pair in with_beside if pair[0].table in _BESIDE]
    sections = declare_currencies([section for section, _ in pairs])
    if not any(section.table == "customers" for section in sections):
        first = {id(source): (section, source) for section, source in reversed(pairs)}.values()  # one per table
        named = [_derive_customers(*pair) for pair in first if _names_customers(*pair)]
        sections = [*named, *sections]
    places = {name: position for position, name in enumerate([table.name for table in STORED])}
    return sorted([*sections, *stand_beside], key=lambda section: places.get(section.table, len(places)))


def _propose_section(table: SourceTable, match: ShapeMatch) -> Proposal:
    section = combine_times(_describe_section(table, match), table)
    if table.place.rows == "rows" or table.place.dialect != "duckdb" or section.query:
        return section
    query = f"select * from {table.place.rows}"  # noqa: S608 - names are quoted
    return replace(section, query=query, notes=(*section.notes, *filter(None, [table.place.why])))


def _describe_section(table: SourceTable, match: ShapeMatch) -> Proposal:
    section = Proposal(match.shape.table, table.place, columns=dict(match.columns), rivals=match.rivals)
    attributes: tuple[str, ...] = ()
    left_out: dict[str, str] = {}
    if match.shape.name == "customers":
        attributes, left_out = split_attributes(table, set(match.columns.values()))
    section = add_value_formats(section, table, [*match.columns.values(), *attributes])
    unfolded = unfold_section(section, table, match)
    values = {**_map_no_time(unfolded, table), **_map_column_values(unfolded, table), **unfolded.values}
    section = replace(unfolded, values=values)
    if match.shape.name == "customers":
        notes = () if "valid_from" in section.columns or not attributes else (_ALWAYS_KNOWN,)
        section = replace(section, attributes=attributes, left_out=left_out, notes=(*section.notes, *notes))
        return drop_misnamed(refine_section(section, table), table)
    months = describe_month_columns(table.contents)
    section = section.add_notes(months) if months else section
    no_place = list_unmapped_columns(table, set(match.columns.values()))
    section = refine_section(replace(section, left_out={**section.left_out, **no_place}), table)
    return drop_misnamed(section, table)


def _map_column_values(section: Proposal, table: SourceTable) -> dict[str, dict[str, str | None]]:
    by_column = {
        column: map_to_contract(section.table, column, table.content(header).values)
        for column, header in section.columns.items()
        if header in table.headers
    }
    return {column: values for column, values in by_column.items() if values}


def _map_no_time(section: Proposal, table: SourceTable) -> dict[str, dict[str, str | None]]:
    """Map words for a time that has not come to nothing."""
    nothing: str | None = ""
    return {
        column: dict.fromkeys(table.content(header).no_time, nothing)
        for column, header in section.columns.items()
        if header in table.headers and table.content(header).no_time
    }


def _names_customers(section: Proposal, table: SourceTable) -> bool:
    """Whether facts name their customers in a column that can be read."""
    asked = {header for header, _ in section.asked.values()}
    return table.match is not None and table.match.columns["customer_id"] not in asked


def _derive_customers(section: Proposal, table: SourceTable) -> Proposal:
    match = table.match
    if match is None:
        raise ValueError(table.place.name)
    mapped_to = section.columns.get("customer_id", "")
    headers = table.headers
    customer = mapped_to if mapped_to in headers else match.columns["customer_id"]
    more: dict[str, str] = {header.lower(): header for header in headers if header.lower() in _OF_A_CUSTOMER}
    return Proposal(
        "customers",
        table.place,
        query=query_customers(table, customer, more),
        ids=section.ids if mapped_to in headers else {},
        nobody=section.nobody,
        notes=("No table of customers was found: these are the customers that the facts name.",),
    )
