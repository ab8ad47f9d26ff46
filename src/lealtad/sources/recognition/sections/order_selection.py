"""The orders that count: those with a valid status, less what was refunded."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.order_statuses import is_refund, is_status, read_statuses
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.amount_choice import repeats_in_base_currency

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_OFF = get_words("order_selection", "off")
_TWO_MEANINGS = get_words("order_selection", "two_meanings")
_NO = get_words("order_selection", "no")
_PAID = get_words("order_selection", "paid")
_TYPES = get_words("order_selection", "types")
_OF_OTHERS = get_words("order_selection", "of_others")
_LIKE_PLACES = 12
_PLACE_NAMES = get_words("order_selection", "place_names")
_CODE = re.compile(r"^[A-Z]{2,3}$")
_PLANNED = get_words("planned", "words")
_WON = get_words("order_selection", "won")
_CLOSED = get_words("order_selection", "closed")


def select_counted_orders(section: Proposal, table: SourceTable) -> Proposal:
    """Select the orders that count, by their status and flags, and subtract refunds; ask in case of doubt."""
    if not section.columns:  # a query sums its rows
        return section
    used = set(section.columns.values())
    others = [
        content
        for content in table.contents
        if content.name not in used and not content.empty and not repeats_in_base_currency(content, table)
    ]
    for content in others:
        named = is_status(content.name) or _reads_as_status(content)
        if named and content.values and not content.flag:
            section = _apply_status(section, content, table)
    flagged = not any(_names_cancellation(table.content(name)) for name in section.keys.get("only", {}))  # type: ignore[attr-defined]  # a table
    for content in others:
        section = _read_column(section, content, flagged=flagged)
    return section


def _names_cancellation(status: ColumnContent) -> bool:
    """Whether a status says itself which orders were cancelled: one of payments may not."""
    return any(_OFF & set(split_words(value)) for value in status.values)


def _reads_as_status(content: ColumnContent) -> bool:
    """Whether a column called a type has the words of a status: all of them are known, and some do not count."""
    if not content.words & _TYPES or content.words & _OF_OTHERS:
        return False
    meanings = set(read_statuses(content.values).values())
    return None not in meanings and "counts" in meanings and "nothing" in meanings


def _read_column(section: Proposal, content: ColumnContent, *, flagged: bool) -> Proposal:
    """Apply one column; flags count only if no status says the same."""
    words = content.words
    if words & _TWO_MEANINGS:
        return _ask_about_two_meanings(section, content)
    is_mark = (
        content.distinct == 1 and content.share_missing > 0 and content.decimal is None
    )  # an "X" on the rows that it holds for
    if words & _OFF and content.dates and not content.flag and content.share_missing:
        return _apply_date(section, content)
    if flagged and words & _OFF and (content.flag or is_mark):
        return _apply_flag(section, content)
    if flagged and words & _PAID and content.flag:
        note = f'"{content.name}" says whether an order was paid: unpaid orders count too, unless you set only.'
        return replace(_append_key(section, "ignore", content.name), notes=(*section.notes, note))
    return _read_refunds(section, content) if is_refund(content.name) and not content.flag else section


def _read_refunds(section: Proposal, content: ColumnContent) -> Proposal:
    if content.decimal is not None:
        return _subtract_refunds(section, content)
    is_list = content.values and all(value.startswith("[") for value in content.values)
    return _ignore_refund_list(section, content) if is_list else section


def _ignore_refund_list(section: Proposal, content: ColumnContent) -> Proposal:
    """Ignore refunds of a JSON document, which are lists; ask for the amount after them if some are filled."""
    section = _append_key(section, "ignore", content.name)
    if content.values == ("[]",):
        return section
    return section.add_notes(
        f'The refunds in "{content.name}" are lists and are not subtracted: does another column have the amount '
        "after refunds? If so, map amount to it."
    )


def _apply_status(section: Proposal, content: ColumnContent, table: SourceTable) -> Proposal:
    meanings = read_statuses(content.values)
    if _are_deals(content):
        # an open deal is no order yet
        meanings = {value: meaning or "nothing" for value, meaning in meanings.items()}
        section = replace(section, columns={**section.columns, **_find_closing_time(section, table)})
    if all(meaning is None for meaning in meanings.values()) and _is_country_state(content):
        return _append_key(section, "ignore", content.name)
    unknown = [value for value, meaning in meanings.items() if meaning is None]
    counts = [value for value, meaning in meanings.items() if meaning in ("counts", "partly")]
    if unknown or not counts:
        doubt = ", ".join(f'"{value}"' for value in unknown or content.values)
        why = (
            f'say first which orders count, by their status "{content.name}": does {doubt}? Write '
            f"only.'{content.name}' = [the values that count] above; nothing is loaded until you do"
        )
        return section.ask("order_id", section.columns.get("order_id", "order_id"), why)
    kinds = {
        kind: [value for value, meaning in meanings.items() if meaning == kind] for kind in set(meanings.values())
    }
    nothing, back = kinds.get("nothing", []), kinds.get("returned", [])
    notes = list(section.notes)
    if nothing:
        notes.append(f'Orders whose "{content.name}" is {_list_values(nothing)} do not count and are left out.')
    if back:
        notes.append(
            f'Orders whose "{content.name}" is {_list_values(back)} were refunded in full and are left out: '
            "they net to 0."
        )
    section = replace(section, notes=tuple(notes))
    if not nothing and not back:
        return _append_key(section, "ignore", content.name)
    only = {**dict(section.keys.get("only", {})), content.name: counts}  # type: ignore[call-overload]  # a table
    return replace(section, keys={**section.keys, "only": only})


def _are_deals(content: ColumnContent) -> bool:
    """Whether the values are stages of a deal, of which only the won ones are orders."""
    return any(_WON & set(split_words(value)) for value in content.values)


def _find_closing_time(section: Proposal, table: SourceTable) -> dict[str, str]:
    """Return the column of the closing time: that is when a deal becomes an order."""
    taken = set(section.columns.values()) - {section.columns.get("ordered_at")}
    closed = [
        content.name
        for content in table.contents
        if content.dates and content.name not in taken and _CLOSED & content.words and not _PLANNED & content.words
    ]
    return {"ordered_at": closed[0]} if closed else {}


def _apply_flag(section: Proposal, content: ColumnContent) -> Proposal:
    none = [value for value in content.values if value.strip().lower() in _NO]
    only = {**dict(section.keys.get("only", {})), content.name: [*none, ""]}  # type: ignore[call-overload]  # a table
    note = f'Orders whose "{content.name}" is anything but no do not count and are left out.'
    return replace(section, keys={**section.keys, "only": only}, notes=(*section.notes, note))


def _apply_date(section: Proposal, content: ColumnContent) -> Proposal:
    only = {**dict(section.keys.get("only", {})), content.name: [""]}  # type: ignore[call-overload]  # a table
    note = f'Orders with a time of cancellation in "{content.name}" do not count and are left out.'
    return replace(section, keys={**section.keys, "only": only}, notes=(*section.notes, note))


def _subtract_refunds(section: Proposal, content: ColumnContent) -> Proposal:
    if "amount" not in section.columns or (content.least is not None and content.least < 0):
        note = f'"{content.name}" has refunds below zero: does the amount include them? If not, use a query.'
        return section.add_notes(note)
    minus = {"amount": [content.name]}
    note = f'Refunds, "{content.name}", are subtracted from the amount.'
    return replace(section, keys={**section.keys, "minus": minus}, notes=(*section.notes, note))


def _ask_about_two_meanings(section: Proposal, content: ColumnContent) -> Proposal:
    note = (
        f'"{content.name}" can mean paid or refunded (a return): it is not read. If it means a return, map '
        f'is_return = "{content.name}"; if only paid orders count, set only.'
    )
    columns = {name: header for name, header in section.columns.items() if header != content.name}
    return replace(_append_key(section, "ignore", content.name), columns=columns, notes=(*section.notes, note))


def _append_key(section: Proposal, key: str, name: str) -> Proposal:
    before = list(section.keys.get(key, []))  # type: ignore[call-overload]  # a list
    return replace(section, keys={**section.keys, key: [*before, name]})


def _is_country_state(content: ColumnContent) -> bool:
    """Whether a column of states holds those of a country: many different ones, or codes."""
    named = bool(_PLACE_NAMES & content.words)
    short = all(_CODE.match(value.strip()) for value in content.values)
    return named and (content.distinct > _LIKE_PLACES or short)


def _list_values(values: list[str]) -> str:
    return ", ".join(f'"{value}"' for value in values)
