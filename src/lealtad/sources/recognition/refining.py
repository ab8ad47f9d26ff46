"""What the columns of a section mean beyond their names: which rows count, who consents, what a month costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.choosing import columns_used
from lealtad.sources.configuration import TableSource
from lealtad.sources.recognition.consent import with_consent
from lealtad.sources.recognition.counted_orders import with_counted_orders
from lealtad.sources.recognition.durations import with_durations
from lealtad.sources.recognition.event_streams import with_event_ids
from lealtad.sources.recognition.guests import with_guests
from lealtad.sources.recognition.money import with_money
from lealtad.sources.recognition.order_rows import further_lines
from lealtad.sources.recognition.several_ids import asked_of_several
from lealtad.sources.recognition.writing import numbers_asked, with_writing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lealtad.sources.recognition.proposal import Found, Proposal

    Step = Callable[[Proposal, Found], Proposal]

_STEPS: Mapping[str, tuple[Step, ...]] = {
    "customers": (with_consent,),
    "orders": (further_lines, with_guests, with_counted_orders, with_money, asked_of_several),
    "contracts": (with_money, asked_of_several),
    "subscriptions": (with_money, asked_of_several),
    "tickets": (with_durations,),
    "touchpoints": (with_event_ids,),
}


def _reckoned(section: Proposal) -> list[str]:
    told = [section.keys.get(key, {}) for key in ("times", "minus")]
    return [name for one in told if isinstance(one, dict) for names in one.values() for name in names]


def refined(section: Proposal, found: Found) -> Proposal:
    """Say what the columns of a section mean; those that its keys use are not left out."""
    for step in _STEPS.get(section.table, ()):
        section = step(section, found)
    names = [content.name for content in found.contents]
    before = set(found.match.columns.values()) if found.match else set()
    theirs = [name for name in (*section.columns.values(), *_reckoned(section)) if name in names]
    if not section.query and set(theirs) - before:
        section = with_writing(section, found, [*theirs, *section.attributes])
    section = numbers_asked(section, found)
    told = {name: value for name, value in section.keys.items() if name in TableSource.model_fields}
    used = columns_used(TableSource.model_validate({"files": "x", **told}), names) | set(section.columns.values())
    return replace(section, left_out={name: why for name, why in section.left_out.items() if name not in used})
