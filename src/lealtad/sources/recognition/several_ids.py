"""Cells that name several customers at once, `17;23`: whose the row is nobody can tell but the company."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.sources.recognition.proposal import Proposal, SourceTable

_SEVERAL = r"^[^\s;|,]+(?:\s*[;|,]\s*[^\s;|,]+)+$"
_SOME = 0.002


def ask_about_several_ids(section: Proposal, found: SourceTable) -> Proposal:
    """Ask which id counts where a cell of the customer holds more than one, and map none until it is said."""
    theirs = section.columns.get("customer_id")
    if theirs is None or found.sample is None or theirs not in found.sample.columns:
        return section
    text = found.sample[theirs].cast(pl.String, strict=False).str.strip_chars()
    several = text.str.contains(_SEVERAL).fill_null(value=False).mean()
    if not isinstance(several, float) or several < _SOME:
        return section
    why = (
        f'{several:.1%} of its rows name more than one id ("a;b"): which one counts? Split them with a query, '
        f"such as split_part(\"{theirs}\", ';', 1), or say with where which rows count"
    )
    columns = {name: mapped for name, mapped in section.columns.items() if name != "customer_id"}
    return replace(section, columns=columns, asked={**section.asked, "customer_id": (theirs, why)})
