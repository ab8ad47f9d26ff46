"""Why a table matches no shape, where its cells show it: no header, unknown answers, readings of a meter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import read_ideas
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.recurring_numbers import ask_about_recurring_numbers
from lealtad.sources.recognition.tables.unread_cells import describe_unread_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.tables.source_tables import SourceTable

_VALUE = re.compile(
    r"^[-+(]?\W{0,2}\d[\d.,:/ -]*\D{0,4}$|^\d{4}-\d\d-\d\d|^[^@\s]+@[^@\s]+\.[a-z]+$|^[A-Za-z]{0,3}\d{3,}$"
)
_LOG_OF_PAGES = re.compile(r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d")
_HALF = 0.5
_ANSWERS = frozenset({"survey", "nps", "csat", "ces", "response"})
_MOST_STEPS = 11
_FEWEST_CHOICES, _SHOWN = 2, 3
_READINGS = get_words("readings", "words")


def has_no_header(names: Sequence[str]) -> bool:
    """Whether the first row of a file is data: most of its cells are numbers, dates, codes or addresses.

    Examples
    --------
    >>> has_no_header(["C0001", "2024-01-05", "2", "12.50"]), has_no_header(["cliente", "ene-24", "2024"])
    (True, False)
    """
    values = [name for name in names if _VALUE.match(name.strip())]
    return len(names) > 1 and len(values) > _HALF * len(names)


def describe_doubt(table: SourceTable) -> str:
    """Describe what a person must change in a file before it can be read; empty if nothing shows."""
    if any(_LOG_OF_PAGES.search(name) for name in table.headers):
        return (
            "it is the log of a web server: it names addresses and pages, and no customers. Pages that customers "
            "saw come from a tool that knows who is logged in, as touchpoints"
        )
    if has_no_header(table.headers):
        return (
            "its first row looks like data, so that no column has a name: is the header missing? Add a line with "
            "the names of its columns above the rows"
        )
    if table.sample is None:
        return ""
    unread = ask_about_recurring_numbers(table) or _ask_about_answers(table) or _describe_readings(table)
    if unread := unread or describe_choices(table):
        return unread
    return describe_unread_cells(table)


def describe_choices(table: SourceTable) -> str:
    """Describe columns that hold one choice of a question each; empty if there are none."""
    choices = [content for content in table.contents if content.is_choice]
    if len(choices) < _FEWEST_CHOICES:
        return ""
    listed = ", ".join(f'"{content.label}" in "{content.name}"' for content in choices[:_SHOWN])
    return (
        f"columns hold one choice of a question each ({listed}), and are not read. Export each question as one "
        "column, called condensed by some tools"
    )


def _ask_about_answers(table: SourceTable) -> str:
    """Ask for the scores of answers in words or signs without a known score; empty for other tables."""
    if not _ANSWERS & read_ideas(table.place.name):
        return ""
    for content in table.contents:
        if "score" in content.ideas and content.decimal is None and 1 < len(content.values) <= _MOST_STEPS:
            shown = ", ".join(f'"{value}"' for value in content.values)
            return (
                f'its answers in "{content.name}" are {shown}: which score is each, and on which scale? Write '
                f'[sources.surveys] with columns.score = "{content.name}", values.score and constants.metric'
            )
    return ""


def _describe_readings(table: SourceTable) -> str:
    """Describe what readings of a meter are not; empty for other tables."""
    readings = [
        content.name for content in table.contents if content.words & _READINGS and content.decimal is not None
    ]
    if not readings or not any(content.dates for content in table.contents):
        return ""
    return (
        f'its rows are readings of a meter ("{readings[0]}"): how much was used by a date, neither orders nor '
        "contacts. They are not read; are the invoices of that use in another file? Those are orders"
    )
