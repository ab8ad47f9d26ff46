"""What the columns of a section mean beyond their names: which rows count, who consents, what a month costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.consent import map_consent
from lealtad.sources.recognition.counted_orders import select_counted_orders
from lealtad.sources.recognition.durations import map_durations
from lealtad.sources.recognition.event_streams import map_event_ids
from lealtad.sources.recognition.guests import identify_guests
from lealtad.sources.recognition.money import map_currency
from lealtad.sources.recognition.order_rows import attach_further_lines
from lealtad.sources.recognition.several_ids import ask_about_several_ids
from lealtad.sources.recognition.writing import add_value_formats, ask_about_numbers
from lealtad.sources.row_columns import list_used_columns
from lealtad.sources.table_source import TableSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.sources.recognition.proposal import Proposal, SourceTable

    Step = Callable[[Proposal, SourceTable], Proposal]

_STEPS: Mapping[str, tuple[Step, ...]] = {
    "customers": (map_consent,),
    "orders": (attach_further_lines, identify_guests, select_counted_orders, map_currency, ask_about_several_ids),
    "contracts": (map_currency, ask_about_several_ids),
    "subscriptions": (map_currency, ask_about_several_ids),
    "tickets": (map_durations,),
    "touchpoints": (map_event_ids,),
}


def _list_computed_columns(section: Proposal) -> list[str]:
    told = [section.keys.get(key, {}) for key in ("times", "minus")]
    return [name for one in told if isinstance(one, dict) for names in one.values() for name in names]


def refine_section(section: Proposal, found: SourceTable) -> Proposal:
    """Say what the columns of a section mean; those that its keys use are not left out."""
    for step in _STEPS.get(section.table, ()):
        section = step(section, found)
    names = [content.name for content in found.contents]
    before = set(found.match.columns.values()) if found.match else set()
    theirs = [name for name in (*section.columns.values(), *_list_computed_columns(section)) if name in names]
    if not section.query and set(theirs) - before:
        section = add_value_formats(section, found, [*theirs, *section.attributes])
    section = ask_about_numbers(section, found)
    told = {name: value for name, value in section.keys.items() if name in TableSource.model_fields}
    used = list_used_columns(TableSource.model_validate({"files": "x", **told}), names) | set(
        section.columns.values()
    )
    return replace(section, left_out={name: why for name, why in section.left_out.items() if name not in used})
