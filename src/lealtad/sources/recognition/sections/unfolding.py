"""The step from a table's own grain to the contract's: lines to orders, changes to tickets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.tables import get_table
from lealtad.sources.recognition.columns.order_statuses import says_what_counts
from lealtad.sources.recognition.sections.contract_lists import read_contract_list
from lealtad.sources.recognition.sections.line_amounts import find_line_amount
from lealtad.sources.recognition.sections.order_lines import read_order_lines
from lealtad.sources.recognition.sections.order_rows import group_order_rows, has_negative_lines
from lealtad.sources.recognition.sections.product_lists import map_on_sale
from lealtad.sources.recognition.sections.queries import (
    query_last_ticket_rows,
    query_orders,
    query_with_key,
    query_without,
)
from lealtad.sources.recognition.sections.unit_prices import pays_for_line, pays_for_unit
from lealtad.sources.recognition.tables.time_order import query_time

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.shape_match import ShapeMatch
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_UNIQUE = 0.98
_SOME = 0.005
_LINES = (
    "Its rows are order lines: the query sums each order ({}), and treats an order with a negative sum as a "
    "return. Check that your amounts mean this."
)
_UNSORTED = (
    'Lines of one order differ in "{}", whose times do not sort as text: which one is that of the order? The '
    "query takes the first by its text. Export them as 2026-01-31, or change the query."
)
_EACH_OR_ALL = (
    "is it the price of each unit, or of all units of the row? If of each, map amount to the quantity and set "
    "times.amount to this column; if of all, map it"
)


def unfold_section(section: Proposal, table: SourceTable, match: ShapeMatch) -> Proposal:
    """Bring a section to the grain of the contract; other shapes have it already."""
    unfold = {
        "orders": _read_unit_price,
        "order_lines": _unfold_order_lines,
        "purchases": _unfold_purchases,
        "orders_repeated": group_order_rows,
        "contracts": read_contract_list,
        "customer_changes": _number_by_customer,
        "tickets": _unfold_tickets,
        "lines": read_order_lines,
        "products": map_on_sale,
    }.get(match.shape.name)
    return unfold(section, table) if unfold else section


def _find_misnamed(section: Proposal, table: SourceTable) -> list[str]:
    """Return the headers that the contract also uses, for another column: they would map themselves."""
    ours = set(get_table(section.table).names)
    names = [content.name for content in table.contents if not content.empty]
    return [name for name in names if name in ours and section.columns.get(name) != name]


def drop_misnamed(section: Proposal, table: SourceTable) -> Proposal:
    """Leave out, with a query, columns whose header is a name of the contract and that hold something else.

    A column that a person is asked about gets another name, so that it is not read before the answer.
    """
    # accounts that serve as customers may be mapped as accounts too
    used = {*section.columns, *({"account_id"} & set(section.columns.values()))}
    names = [name for name in _find_misnamed(section, table) if name not in used]
    if not names or section.query:
        return section
    asked = {header for header, _ in section.asked.values()}
    renamed = {name: f"their {name}" for name in names if name in asked}
    questions = {ours: (renamed.get(header, header), why) for ours, (header, why) in section.asked.items()}
    dropped = [name for name in names if name not in renamed]
    notes = [f"The query leaves out {', '.join(dropped)}: the contract uses this name for something else."]
    return replace(
        section,
        query=query_without(table, dropped, renamed),
        asked=questions,
        notes=(*section.notes, *(notes if dropped else [])),
    )


def _unfold_order_lines(section: Proposal, table: SourceTable) -> Proposal:
    if not has_negative_lines(section, table) or any(says_what_counts(content.name) for content in table.contents):
        return group_order_rows(section, table)
    columns = section.columns
    missing = table.content(columns["customer_id"]).share_missing
    line = find_line_amount(table, columns["quantity"], columns["price"])
    notes = [_LINES.format(f'"{line}"' if line else "quantity times price")]
    if missing > _SOME:
        notes.append(f"{missing:.0%} of its lines name no customer; the query leaves them out.")
    is_sorted = query_time(table, columns["ordered_at"])
    if not is_sorted and _differ_within(table, columns["order_id"], columns["ordered_at"]):
        notes.append(_UNSORTED.format(columns["ordered_at"]))
    if line:
        section = replace(section, left_out={name: why for name, why in section.left_out.items() if name != line})
    return replace(section, query=query_orders(table, columns, line), columns={}, rivals={}, notes=tuple(notes))


def _differ_within(table: SourceTable, order: str, header: str) -> bool:
    """Whether the lines of some order differ in a column."""
    rows = table.sample
    return rows is not None and bool((rows.group_by(order).agg(pl.col(header).n_unique())[header] > 1).any())


def _unfold_purchases(section: Proposal, table: SourceTable) -> Proposal:
    names = table.headers
    known_by = [header for header in dict.fromkeys(section.columns.values()) if header in names]
    listed = ", ".join(known_by)
    note = f"Its orders have no id: the query builds one from {listed}, and numbers rows that are equal in these."
    return replace(
        _read_unit_price(replace(section, columns={**section.columns, "order_id": "order_id"}), table),
        query=query_with_key(table, "order_id", known_by),
        notes=(*section.notes, note),
    )


def _read_unit_price(section: Proposal, table: SourceTable) -> Proposal:
    """Multiply a price by the quantity beside it if it is that of each unit; ask if the rows do not show it."""
    quantity, price = section.columns.get("items"), section.columns.get("amount", "")
    ideas = table.content(price).ideas if price in table.headers else {"amount"}
    several = quantity is not None and _counts_several(table.content(quantity))
    if quantity is None or not several or "amount" in ideas or "price" not in ideas:
        return section
    if pays_for_line(table, quantity, price):
        return section
    if "unit" not in ideas and not pays_for_unit(table, quantity, price):
        return section.ask("amount", price, _EACH_OR_ALL)
    times = {"times": {"amount": [price]}}
    return replace(section, columns={**section.columns, "amount": quantity}, keys={**section.keys, **times})


def _counts_several(quantity: ColumnContent) -> bool:
    return quantity.least is not None and quantity.most is not None and (quantity.most > 1 or quantity.least < 0)


def _number_by_customer(section: Proposal, _: SourceTable) -> Proposal:
    header = section.columns["customer_id"]
    note = f'No column names the contract: each "{header}" is one. If some have several, map subscription_id.'

    columns = {**section.columns, "subscription_id": header}
    return replace(section, columns=columns, notes=(*section.notes, note))


def _unfold_tickets(section: Proposal, table: SourceTable) -> Proposal:
    columns = {column: header for column, header in section.columns.items() if column != "updated_at"}
    section = replace(section, columns=columns)
    if table.content(columns["ticket_id"]).share_distinct >= _UNIQUE:
        return section
    updated = table.match.columns.get("updated_at") if table.match else None
    if updated is None or table.place.dialect != "duckdb" or not query_time(table, updated):
        return replace(
            section, notes=("Its tickets occur more than once: select the row that counts with a query.",)
        )
    query = query_last_ticket_rows(table, {**columns, "updated_at": updated}, _find_misnamed(section, table))
    note = f'It has one row per change of a ticket: the query keeps the last row of each, by "{updated}".'
    return replace(section, query=query, notes=(note,))
