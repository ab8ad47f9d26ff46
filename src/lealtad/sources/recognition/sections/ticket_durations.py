"""How long tickets waited, where a file says that rather than when: minutes, hours, 26:14:10, 1 d 3 h."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.written_durations import read_seconds
from lealtad.sources.recognition.columns.content import MISSING
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_FIRST = get_words("ticket_durations", "first")
_REPLY = get_words("ticket_durations", "reply")
_SOLVED = get_words("ticket_durations", "solved")
_BUSINESS = get_words("ticket_durations", "business")
_LATER = get_words("ticket_durations", "later")
_LENGTH = get_words("ticket_durations", "length")
_UNITS = {unit: get_words("ticket_durations", unit) for unit in ("seconds", "minutes", "hours", "days")}
_ENOUGH = 0.95
_DAY = 86_400.0
_ASK = "is it a duration or a time of day? If a duration, map it to {name}, and set units.{name} for bare numbers"


def map_durations(section: Proposal, table: SourceTable) -> Proposal:
    """Map the durations to the first reply and to the solution, if no column has their times."""
    section = _map_duration(section, table, "first_reply_at", "first_reply_after")
    return _map_duration(section, table, "solved_at", "solved_after")


def _map_duration(section: Proposal, table: SourceTable, time: str, after: str) -> Proposal:
    if time in section.columns or section.query:
        return section
    used = set(section.columns.values())
    fitting = [
        content
        for content in table.contents
        if content.name not in used and not content.empty and _is_about(content, after)
    ]
    if not fitting:
        return section
    content = min(
        fitting, key=lambda content: (_is_first(content) == (after == "solved_after"), len(content.name))
    )
    unit, asked = _find_unit(content, table)
    if asked:
        return replace(section, asked={**section.asked, after: (content.name, _ASK.format(name=after))})
    units = {"units": {**dict(section.keys.get("units", {})), after: unit}} if unit else {}  # type: ignore[call-overload]
    decimal = section.decimal or (content.decimal or None if content.text else None)
    return replace(
        section,
        columns={**section.columns, after: content.name},
        keys={**section.keys, **units},
        decimal=decimal,
    )


def _is_about(content: ColumnContent, after: str) -> bool:
    words = content.words
    # "first agent reply" is a reply; "agent work time" is none
    business = _BUSINESS - {"agent"} if words & _REPLY else _BUSINESS
    if words & business or (content.dates and content.decimal is None):
        return False
    if after == "first_reply_after":
        # "reply time" means the first reply
        first = bool(words & _FIRST) or bool(words & _LENGTH and not words & _LATER)
        return "frt" in words or bool(first and words & _REPLY)
    return bool(words & _SOLVED and words & (_LENGTH | frozenset().union(*_UNITS.values())))


def _is_first(content: ColumnContent) -> bool:
    return bool(content.words & _FIRST)


def _find_unit(content: ColumnContent, table: SourceTable) -> tuple[str, bool]:
    """Return the unit to declare, if any; and whether a person must say what the column is."""
    words = content.words
    unit = next((name for name, names in _UNITS.items() if names & words), "")
    if content.decimal is not None:
        return unit, not unit
    if table.sample is None:
        return "", True
    text = table.sample[content.name].cast(pl.String, strict=False).str.strip_chars()
    filled = text.filter(~text.str.to_lowercase().is_in(MISSING).fill_null(value=True)).to_frame("written")
    lengths = filled.select(read_seconds(pl.col("written"), "seconds", None))["written"]
    if lengths.len() == 0 or lengths.is_not_null().mean() < _ENOUGH:  # type: ignore[operator]  # a share
        return "", True
    longest = lengths.max()
    clock = filled["written"].str.contains(r"^\d{1,2}:\d{2}(:\d{2})?$").all()
    may_be_clock = clock and isinstance(longest, float) and longest < _DAY
    return "", bool(may_be_clock and not words & _LENGTH)
