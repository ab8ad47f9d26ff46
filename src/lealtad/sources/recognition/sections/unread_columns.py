"""Columns that are not read, and why: personal data, free text, outcomes that were known too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.source_tables import SourceTable

PERSONAL, OUTCOME = "personal data", "an outcome, or today's status: known too late to learn from"
TEXT, EMPTY, TIME, CONSTANT = "free text or an id", "empty", "a time", "the same everywhere"
NO_PLACE = "no place in the contract"
OF_TODAY = "today's value, not the one at the start"
_PEOPLE = frozenset({"person", "mail", "phone", "document"})
_NAMES = frozenset({"name", "nombre"})
_MANY = 0.5
_SOME = 50


def split_attributes(table: SourceTable, read: set[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Split the unmapped columns of a table of customers into attributes, and those left out with their reason."""
    attributes, left_out = [], {}
    for content in table.contents:
        if content.name in read:
            continue
        reason = _find_reason(content, has_places=any("place" in other.ideas for other in table.contents))
        if reason:
            left_out[content.name] = reason
        else:
            attributes.append(content.name)
    return tuple(attributes), left_out


def list_unmapped_columns(table: SourceTable, read: set[str]) -> dict[str, str]:
    """Return the unmapped columns of a table of facts: they have no place in the contract."""
    return {content.name: NO_PLACE for content in table.contents if content.name not in read}


def _find_reason(content: ColumnContent, *, has_places: bool) -> str | None:
    ideas = content.ideas
    if "status" in ideas and has_places and not content.flag:
        ideas = ideas - {"status"}  # the state of a city is a place
    says_who = bool(_PEOPLE & ideas) or bool(_NAMES & content.words)
    if content.personal or (says_who and not content.flag):  # "has a phone" identifies nobody
        return PERSONAL
    if {"churn", "status", "end"} & ideas:
        return OUTCOME
    if content.distinct <= 1:
        return EMPTY if content.empty else CONSTANT
    if content.dates and content.decimal is None:
        return TIME
    many = content.distinct > _SOME and content.share_distinct > _MANY
    return TEXT if content.wordy or (many and content.decimal is None) else None
