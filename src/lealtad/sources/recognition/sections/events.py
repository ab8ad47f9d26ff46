"""Events of tools that follow customers: who began each one, and when the company knew of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.contract_values import map_to_contract
from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_COMPANY = get_words("events", "company")
_CUSTOMER = get_words("events", "customer")
_MAIL = get_words("events", "mail")
_FILLERS = get_words("events", "fillers")
_EVENT = get_words("events", "event")
_CONSIDERATION = "consideration"
_KNOWN_LATER = get_words("events", "known_later")
_OFF, _NO = (get_words("order_selection", kind) for kind in ("off", "no"))
_NO_KINDS = frozenset({"customer", "account", "id"})
_SOME = 0.005


def map_event_ids(section: Proposal, table: SourceTable) -> Proposal:
    """Map the id of each event and the time when it was received, and leave out rows without a customer."""
    if section.table != "touchpoints" or section.query:
        return section
    columns = dict(section.columns)
    kinds = [
        content
        for content in table.contents
        if content.values and content.distinct > 1 and content.words & _EVENT and not content.ideas & _NO_KINDS
    ]
    kind = columns.get("touchpoint", "")
    is_constant = kind in table.headers and table.content(kind).distinct <= 1
    if is_constant and kinds:
        columns["touchpoint"] = kinds[0].name
    ids = [content for content in table.contents if _is_event_id(content)]
    if ids and ids[0].name not in columns.values():
        columns["touchpoint_id"] = ids[0].name
    used = set(columns.values())
    received = [
        content
        for content in table.contents
        if content.dates and content.name not in used and _is_received(content)
    ]
    if received and "recorded_at" not in columns:
        columns["recorded_at"] = received[0].name
    return _leave_out_rows(replace(section, columns=columns), table)


def _leave_out_rows(section: Proposal, table: SourceTable) -> Proposal:
    """Leave out rows without a customer or an event, and contacts that were cancelled."""
    keys, notes, conditions = dict(section.keys), list(section.notes), []
    for column, what in (("customer_id", "customer"), ("touchpoint", "event")):
        header = section.columns.get(column, "")
        missing = table.content(header).share_missing if header in table.headers else 0.0
        if missing > _SOME:
            conditions.append(f"{quote_name(header)} is not null and {quote_name(header)} <> ''")
            notes.append(f'{missing:.0%} of its rows have no {what} in "{header}"; they are left out.')
    if conditions:
        keys["where"] = " and ".join(conditions)
    off = {flag.name: [*_list_no(flag), ""] for flag in _list_off_flags(table)}
    notes += [f'Rows whose "{name}" is anything but no did not happen, and are left out.' for name in off]
    return replace(section, keys={**keys, **({"only": off} if off else {})}, notes=tuple(notes))


def _list_off_flags(table: SourceTable) -> list[ColumnContent]:
    """Return the flags of contacts that were cancelled, such as appointments."""
    return [content for content in table.contents if content.flag and content.words & _OFF and content.values]


def _list_no(flag: ColumnContent) -> list[str]:
    return [value for value in flag.values if value.strip().lower() in _NO]


def map_initiators(section: Proposal, table: SourceTable) -> Proposal:
    """State who initiated each kind of event of a mailing: the company, or the customer by a click or a reply."""
    header = section.columns.get("touchpoint")
    if header is None or section.columns.get("initiated_by") or header not in table.headers:
        return section
    values = table.content(header).values
    initiators = {value: _find_initiator(value, table) for value in values}
    if not any(initiators.values()):
        return section
    constants = {name: value for name, value in section.constants.items() if name not in ("initiated_by", "stage")}
    initiated_by = {value: initiator or "customer" for value, initiator in initiators.items()}
    stage = {
        value: _CONSIDERATION if initiators[value] else meant
        for value, meant in _map_stages(section, values).items()
    }
    return replace(
        section,
        constants=constants,
        columns={**section.columns, "initiated_by": header, "stage": header},
        values={**section.values, "initiated_by": initiated_by, "stage": stage},
        notes=(
            *section.notes,
            "The company initiated its messages, with their opens and bounces; the customer, clicks and replies.",
        ),
    )


def _map_stages(section: Proposal, values: tuple[str, ...]) -> dict[str, str | None]:
    stages = section.values.get("stage", {}) or map_to_contract("touchpoints", "stage", values)
    constant = section.constants.get("stage")
    return {
        value: stages.get(value, str(constant) if constant and constant != "service" else None) for value in values
    }


def _find_initiator(value: str, table: SourceTable) -> str | None:
    """Return who initiates an event of a mailing; None for another event."""
    words = set(split_words(value))
    about_mail = words & _MAIL or any(_MAIL & content.words for content in table.contents)
    if not about_mail or len(words - _MAIL - _FILLERS) > 2:  # noqa: PLR2004 - "Email Link Clicked", not "Video Opened Twice"
        return None
    if words & _CUSTOMER:
        return "customer"
    return "company" if words & _COMPANY else None


def _is_event_id(content: ColumnContent) -> bool:
    words = content.words
    own = {"message", "event", "insert", "evento", "mensaje", "activity", "hit"}
    unique = content.share_distinct == 1 and not content.share_missing
    return unique and bool(words & {"id", "uuid", "guid"}) and bool(words & own)


def _is_received(content: ColumnContent) -> bool:
    return bool(content.words & _KNOWN_LATER)
