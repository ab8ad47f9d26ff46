"""The currency of a section's amounts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.numbers import find_currency
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CURRENCY = get_words("currencies", "currency")


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
            listed = sorted(str(code) for code in codes)
            note = (
                f"Its amounts are in several currencies ({', '.join(listed)}), which cannot be summed: nothing is "
                f'loaded until you write [currencies] with keep = "{listed[0]}". Under [currencies.rates], state '
                "what one unit of each other currency is worth in it; without a rate its rows are left out."
            )
            section = section.add_notes(note)
        break
    return section
