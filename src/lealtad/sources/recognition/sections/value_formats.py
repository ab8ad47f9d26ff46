"""The formats of times and numbers that a section declares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.content import list_symbols
from lealtad.sources.recognition.columns.numbers import AMBIGUOUS
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.value_questions import (
    ask_about_dates,
    ask_about_ids,
    ask_about_money,
    ask_about_numbers,
    ask_about_twins,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable


_CURRENCY, _WITHOUT_CENTS = (get_words("currencies", kind) for kind in ("currency", "without_cents"))


def add_value_formats(section: Proposal, table: SourceTable, headers: Iterable[str]) -> Proposal:
    """Declare the formats of the times and numbers that a section reads, and ask about ambiguous ones.

    Parameters
    ----------
    headers
        The headers that the section reads, attributes included.
    """
    contents = [table.content(name) for name in dict.fromkeys(headers)]
    times = [content for content in contents if content.dates]
    # a column with a type of time needs no format
    orders = list(
        dict.fromkeys(content.dates.setting for content in times if content.dates and _needs_format(content))
    )
    orders = list(dict.fromkeys(order or _find_certain_order(table) for order in orders))
    asked = [order for order in orders if order == ""]
    section = replace(
        section,
        dates="" if asked else orders[0] if orders else "iso",
        zone_unknown=any(not content.zoned and not _is_counted(content) for content in times),
        decimal=_choose_decimal(table, contents),
        symbols=list_symbols(contents),
    )
    if len(orders) > 1 and not asked:
        names = ", ".join(
            f'"{content.name}"' for content in times if content.dates and content.dates.setting == orders[1]
        )
        ways = ", ".join(orders)
        note = f"Its times have several formats ({ways}); {names} cannot be read: state which format counts."
        section = section.add_notes(note)
    if asked:
        names = ", ".join(f'"{content.name}"' for content in times if content.dates and not content.dates.setting)
        section = section.add_notes(f"Each date of {names} fits day first and month first: state dates.")
    section = ask_about_twins(ask_about_dates(section, table) if asked else section, table)
    return ask_about_ids(ask_about_money(ask_about_numbers(section, table), table), table)


def _find_certain_order(table: SourceTable) -> str:
    """Return the order of day and month that another column of the table shows; "" if none does, or two differ."""
    shown = {content.dates.setting for content in table.contents if content.dates and content.text}
    orders = shown & {"day first", "month first"}
    return orders.pop() if len(orders) == 1 else ""


def _needs_format(content: ColumnContent) -> bool:
    """Whether the format of its times must be declared."""
    return content.dates is not None and content.dates.setting != "iso" and (content.text or _is_counted(content))


def _is_counted(content: ColumnContent) -> bool:
    return content.dates is not None and content.dates.setting.startswith(("epoch", "excel"))


def _find_mark_of_whole_units(table: SourceTable, contents: Iterable[ColumnContent]) -> str:
    """Return the decimal mark where 12.990 is in a currency without cents, and so thousands; empty for others."""
    codes = {value.upper() for content in table.contents if content.words & _CURRENCY for value in content.values}
    values = [value for content in contents if content.decimal == AMBIGUOUS for value in content.values]
    if not codes or not codes <= _WITHOUT_CENTS or not values:
        return ""
    return "," if any("." in value for value in values) else "."


def _choose_decimal(table: SourceTable, contents: Iterable[ColumnContent]) -> str | None:
    """Return the decimal mark to declare: of the columns that are read, or of another column of the table."""
    read = [content.numbers for content in contents if content.text and content.numbers and not content.shortened]
    marks = {numbers.decimal for numbers in read}
    for mark in (",", "."):
        if mark in marks:
            return mark
    if AMBIGUOUS not in marks:
        return None
    if mark := _find_mark_of_whole_units(table, contents):
        return mark
    others = [
        content.numbers for content in table.contents if content.text and content.numbers and not content.dates
    ]
    if any(numbers.decimal == "," for numbers in others):
        return ","
    return "." if any(numbers.point or numbers.decimal == "." for numbers in others) else None
