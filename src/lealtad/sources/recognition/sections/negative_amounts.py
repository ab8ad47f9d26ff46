"""Amounts below zero: orders that nothing else calls returns are returns, and discounts are written negative."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_ALL_BELOW_ZERO = (
    "all of its amounts are below zero: are they sales written with that sign (then scale.amount = -1), or "
    'returns (then negative_amounts = "returns")? Map it after that'
)


def turn_discounts(section: Proposal, table: SourceTable) -> Proposal:
    """Turn discounts positive where all of them are written below zero."""
    header = section.columns.get("discount")
    if section.query or header not in table.headers:
        return section
    content = table.content(str(header))
    if content.least is None or content.least >= 0 or content.most is None or content.most > 0:
        return section
    scale = {**dict(section.keys.get("scale", {})), "discount": -1}  # type: ignore[call-overload]  # a table
    note = f'The discounts in "{header}" are written below zero: scale.discount = -1 turns them.'
    return replace(section, keys={**section.keys, "scale": scale}, notes=(*section.notes, note))


def mark_negative_amounts(section: Proposal, table: SourceTable) -> Proposal:
    """Declare amounts below zero as returns, unless a column says which rows are, or lines are summed."""
    header = section.columns.get("amount")
    if header not in table.headers or "is_return" in section.columns:
        return section
    least, most = table.content(str(header)).least, table.content(str(header)).most
    sums = section.keys.get("sums", ())
    if least is None or least >= 0 or "amount" in sums:  # type: ignore[operator]  # names of columns
        return section
    if most is not None and most <= 0:
        return section.ask("amount", str(header), _ALL_BELOW_ZERO)
    note = f'Rows whose "{header}" is below zero are returns, since no column says which ones are.'
    return replace(section, keys={**section.keys, "negative_amounts": "returns"}, notes=(*section.notes, note))
