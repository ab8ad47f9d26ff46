"""Times that an export cuts in two: a column of dates, and one of the times of day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_ORDERS = "orders"
_FACTS = frozenset({"tickets", "touchpoints", _ORDERS})
_DATE, _CLOCK = get_words("times_of_day", "date"), get_words("times_of_day", "clock")
_TIME_OF_DAY = r"^(\d{1,2}):\d{2}(?::\d{2})?(?: ?[AaPp]\.? ?[Mm]\.?)?$"
_READ_WITH_TIME = frozenset({"iso", "day first", "month first"})
_ENOUGH, _NOON = 0.95, 12


def combine_times(section: Proposal, table: SourceTable) -> Proposal:
    """Combine each date of tickets, contacts and orders with the column that has its time of day.

    The headers must agree but for the words for date and time, as in "Opened date" and "Opened time". A column
    whose hours all come before noon may hold durations, and is not read.
    """
    if (section.query and section.table != _ORDERS) or section.table not in _FACTS:
        return section
    if table.place.dialect != "duckdb":
        return section
    pairs = {
        column: (header, clock)
        for column, header in section.columns.items()
        if header in table.headers and (clock := _find_clock(table.content(header), table))
    }
    if not pairs:
        return section
    clocks = {clock for _, clock in pairs.values()}
    shown = ", ".join(f'"{header}" and "{clock}"' for header, clock in pairs.values())
    section = replace(
        section,
        left_out={name: why for name, why in section.left_out.items() if name not in clocks},
        notes=(*section.notes, f"Date and time of day stand in two columns, which are read as one time: {shown}."),
    )
    if section.table == _ORDERS:  # large files stay out of the query
        return replace(
            section,
            keys={**section.keys, "times_of_day": {column: clock for column, (_, clock) in pairs.items()}},
        )
    parts = [
        f"concat_ws(' ', nullif({quote_name(date)}, ''), nullif({quote_name(clock)}, '')) as {quote_name(date)}"
        for date, clock in dict.fromkeys(pairs.values())
    ]
    return replace(section, query=f"select * replace ({', '.join(parts)})\nfrom {table.place.rows}")


def _find_clock(date: ColumnContent, table: SourceTable) -> str | None:
    """Return the only column with the times of day of a column of dates."""
    if date.dates is None or date.dates.timed or not date.text or date.dates.setting not in _READ_WITH_TIME:
        return None
    able = [
        content.name
        for content in table.contents
        if content.text
        and content.words & _CLOCK
        and content.words - _CLOCK == date.words - _DATE
        and _holds_times_of_day(content.name, table)
    ]
    return able[0] if len(able) == 1 else None


def _holds_times_of_day(name: str, table: SourceTable) -> bool:
    if table.sample is None:
        return False
    filled = table.sample[name].str.strip_chars()
    filled = filled.filter((filled != "").fill_null(value=False))
    hours = filled.str.extract(_TIME_OF_DAY).cast(int, strict=False)
    if filled.is_empty() or hours.is_not_null().sum() < _ENOUGH * filled.len():
        return False
    half_days = bool(filled.str.contains("[MmPp]").any())
    return half_days or int(hours.max() or 0) >= _NOON  # type: ignore[arg-type]  # hours are numbers
