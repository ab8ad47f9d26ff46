"""Guests of a shop have no account: where many rows name nobody, their e-mail tells them apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.naming import get_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.proposal import Proposal, SourceTable

_NOBODY = get_words("guests", "nobody")
_MANY, _NEARLY_ALL = 0.1, 0.95
_MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def identify_guests(section: Proposal, found: SourceTable) -> Proposal:
    """Tell customers by their e-mail where many orders are of guests, whom no account names."""
    theirs = section.columns.get("customer_id")
    if theirs is None or found.sample is None or section.query:
        return section
    ids = found.sample[theirs].cast(pl.String, strict=False).str.strip_chars().fill_null("").str.to_lowercase()
    nobody = ids.is_in(list(_NOBODY)).mean()
    if not isinstance(nobody, float) or nobody < _MANY:
        return section
    for content in found.contents:
        if content.personal and content.name != theirs:
            mails = (
                found.sample[content.name].cast(pl.String, strict=False).str.contains(_MAIL).fill_null(value=False)
            )
            share = mails.mean()
            if isinstance(share, float) and share >= _NEARLY_ALL:
                note = (
                    f'{nobody:.0%} of its rows are of guests, whom "{theirs}" does not name: customers are told '
                    f'by "{content.name}". If accounts should count alone, map customer_id = "{theirs}".'
                )
                columns = {**section.columns, "customer_id": content.name}
                return replace(section, columns=columns, notes=(*section.notes, note))
    return section
