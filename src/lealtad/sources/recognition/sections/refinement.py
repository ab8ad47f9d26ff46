"""What the columns of a section mean beyond their names: rows that count, consent, prices per month."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.sections.amount_choice import choose_amount
from lealtad.sources.recognition.sections.amount_units import scale_amounts
from lealtad.sources.recognition.sections.anonymous_customers import identify_guests, leave_out_incomplete
from lealtad.sources.recognition.sections.consent import map_consent
from lealtad.sources.recognition.sections.currencies import map_currency
from lealtad.sources.recognition.sections.customer_columns import ask_about_several_ids
from lealtad.sources.recognition.sections.document_kinds import map_document_kinds
from lealtad.sources.recognition.sections.events import map_event_ids
from lealtad.sources.recognition.sections.negative_amounts import mark_negative_amounts, turn_discounts
from lealtad.sources.recognition.sections.nested_lists import leave_out_lists
from lealtad.sources.recognition.sections.order_rows import attach_further_lines
from lealtad.sources.recognition.sections.order_selection import select_counted_orders
from lealtad.sources.recognition.sections.ticket_durations import map_durations
from lealtad.sources.recognition.sections.value_formats import add_value_formats
from lealtad.sources.recognition.sections.value_questions import ask_about_numbers
from lealtad.sources.row_columns import list_used_columns
from lealtad.sources.table_source import TableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

    Step = Callable[[Proposal, SourceTable], Proposal]

_STEPS: Mapping[str, tuple[Step, ...]] = {
    "customers": (leave_out_lists, map_consent),
    "orders": (
        attach_further_lines,
        identify_guests,
        leave_out_incomplete,
        choose_amount,
        map_document_kinds,
        mark_negative_amounts,
        turn_discounts,
        select_counted_orders,
        map_currency,
        scale_amounts,
        ask_about_several_ids,
    ),
    "contracts": (map_currency, scale_amounts, ask_about_several_ids),
    "subscriptions": (map_currency, scale_amounts, ask_about_several_ids),
    "tickets": (map_durations,),
    "touchpoints": (map_event_ids,),
}


def _list_computed_columns(section: Proposal) -> list[str]:
    computed = [section.keys.get(key, {}) for key in ("times", "minus")]
    return [
        name
        for by_column in computed
        if isinstance(by_column, dict)
        for names in by_column.values()
        for name in names
    ]


def refine_section(section: Proposal, table: SourceTable) -> Proposal:
    """Add what the columns of a section mean; headers that its keys use are not left out."""
    for step in _STEPS.get(section.table, ()):
        section = step(section, table)
    names = table.headers
    before = set(table.match.columns.values()) if table.match else set()
    header = [name for name in (*section.columns.values(), *_list_computed_columns(section)) if name in names]
    if not section.query and set(header) - before:
        section = add_value_formats(section, table, [*header, *section.attributes])
    section = ask_about_numbers(section, table)
    keys = {name: value for name, value in section.keys.items() if name in TableSource.model_fields}
    used = list_used_columns(TableSource.model_validate({"files": "x", **keys}), names) | set(
        section.columns.values()
    )
    return replace(section, left_out={name: why for name, why in section.left_out.items() if name not in used})
