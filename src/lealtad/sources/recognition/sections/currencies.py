"""The currency of a section's amounts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.numbers import find_currency
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CURRENCY = get_words("currencies", "currency")
_AMOUNTS = ("amount", "amount_monthly")


def map_currency(section: Proposal, table: SourceTable) -> Proposal:
    """Map the currency of amounts, and ask if there are several."""
    if not section.columns:  # a query sums its rows
        return section
    used = {header for name, header in section.columns.items() if name != "currency"}
    for content in table.contents:
        codes = {find_currency(value) for value in content.values}
        if content.name in used or not _CURRENCY & content.words or not codes or None in codes:
            continue
        section = replace(section, columns={**section.columns, "currency": content.name})
        if len(codes) > 1:
            section = section.add_notes(_ask_for_rates("Its amounts", codes))
        break
    return section


def declare_currencies(sections: Sequence[Proposal]) -> list[Proposal]:
    """State the currency of each section by the header or the symbols of its amounts, where sections differ.

    The load refuses several currencies without rates: a total in euros and one in pounds cannot be summed.
    """
    codes = {id(section): code for section in sections if (code := _find_own_currency(section))}
    several = {
        table for table in {section.table for section in sections}
        if len({codes[id(section)] for section in sections if section.table == table and id(section) in codes}) > 1
    }  # fmt: skip
    return [
        _declare(section, codes[id(section)], {*codes.values()})
        if section.table in several and id(section) in codes
        else section
        for section in sections
    ]


def _declare(section: Proposal, code: str, codes: set[str]) -> Proposal:
    note = _ask_for_rates("The amounts of these files", codes)
    return replace(section, constants={**section.constants, "currency": code}).add_notes(note)


def _find_own_currency(section: Proposal) -> str | None:
    """Return the one currency that the header or the symbols of the amounts name; None for others."""
    header = next((section.columns[name] for name in _AMOUNTS if name in section.columns), None)
    if header is None or "currency" in section.columns:
        return None
    named = {find_currency(word) for word in re.findall(r"[^\W\d_]+|[€£¥₹]", header)}
    codes = (named | {find_currency(symbol) for symbol in section.symbols}) - {None, "%", "$"}
    return codes.pop() if len(codes) == 1 else None


def _ask_for_rates(whose: str, codes: Iterable[str | None]) -> str:
    listed = sorted(str(code) for code in codes)
    return (
        f"{whose} are in several currencies ({', '.join(listed)}), which cannot be summed: nothing is "
        f'loaded until you write [currencies] with keep = "{listed[0]}". Under [currencies.rates], state '
        "what one unit of each other currency is worth in it; without a rate its rows are left out."
    )
