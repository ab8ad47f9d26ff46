"""Orders with an amount below zero, and nothing that says what they are: they are returns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable


def mark_negative_amounts(section: Proposal, table: SourceTable) -> Proposal:
    """Declare amounts below zero as returns, unless a column says which rows are, or lines are summed."""
    header = section.columns.get("amount")
    if section.query or header not in table.headers or "is_return" in section.columns:
        return section
    least = table.content(str(header)).least
    sums = section.keys.get("sums", ())
    if least is None or least >= 0 or "amount" in sums:  # type: ignore[operator]  # names of columns
        return section
    note = f'Rows whose "{header}" is below zero are returns, since no column says which ones are.'
    return replace(section, keys={**section.keys, "negative_amounts": "returns"}, notes=(*section.notes, note))
