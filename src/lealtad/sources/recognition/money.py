"""In which currency amounts are, and whether they count cents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.currencies import currency_of
from lealtad.sources.recognition.naming import parts_of, words_of

if TYPE_CHECKING:
    from lealtad.sources.recognition.proposal import Found, Proposal

_CURRENCY = words_of("money", "currency")
_CENTS = words_of("money", "cents")
_AMOUNTS = ("amount", "amount_monthly", "margin", "discount", "price")


def with_money(section: Proposal, found: Found) -> Proposal:
    """Map the column of the currency, ask where there are several, and scale what is in cents."""
    if not section.columns:  # a query added its rows up
        return section
    scale = {
        name: 0.01
        for name, theirs in section.columns.items()
        if name in _AMOUNTS and _CENTS & set(parts_of(theirs))
    }
    if scale:
        section = replace(section, keys={**section.keys, "scale": scale})
    used = {theirs for name, theirs in section.columns.items() if name != "currency"}
    for content in found.contents:
        codes = {currency_of(value) for value in content.values}
        if content.name in used or not _CURRENCY & set(parts_of(content.name)) or not codes or None in codes:
            continue
        section = replace(section, columns={**section.columns, "currency": content.name})
        if len(codes) > 1:
            listed = sorted(str(code) for code in codes)
            note = (
                f"Its amounts are in several currencies ({', '.join(listed)}), which cannot be added up: nothing "
                f'is loaded until you write [currencies] with keep = "{listed[0]}", and under [currencies.rates] '
                "what one unit of each other is worth in it (without rates the others are left out)."
            )
            section = replace(section, notes=(*section.notes, note))
        break
    return section
