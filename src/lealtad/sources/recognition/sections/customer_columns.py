"""The column of a table that says which customer a row belongs to, and the columns that may."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

DESCRIBE = frozenset({"customers", "identities"})  # tables that tell of customers, and of no fact
_LEAST_PHONE = 1e6
_SEVERAL = r"^[^\s;|,]+(?:\s*[;|,]\s*[^\s;|,]+)+$"
_SOME = 0.002


def find_customer_column(section: Proposal, table: SourceTable) -> str | None:
    """Return the column of the table that says whose a row is, whether the section or its query reads it."""
    mapped_to = section.columns.get("customer_id")
    if mapped_to or section.identities or not section.query or table.match is None:
        return mapped_to
    return table.match.columns.get("customer_id")


def reads_source_columns(section: Proposal, table: SourceTable) -> bool:
    """Whether the section names columns of the table as it stands, and not those that a query makes."""
    return not section.query or any(
        section.columns.get("customer_id") == content.name for content in table.contents
    )


def may_be_phone(content: ColumnContent) -> bool:
    return content.phone or (
        "phone" in content.ideas
        and not content.mail
        and content.least is not None
        and content.least >= _LEAST_PHONE
    )


def ask_about_several_ids(section: Proposal, table: SourceTable) -> Proposal:
    """Ask which id counts where a cell of the customer holds more than one, and map none until it is said."""
    header = section.columns.get("customer_id")
    if header is None or table.sample is None or header not in table.sample.columns:
        return section
    text = table.sample[header].cast(pl.String, strict=False).str.strip_chars()
    several = text.str.contains(_SEVERAL).fill_null(value=False).mean()
    if not isinstance(several, float) or several < _SOME:
        return section
    why = (
        f'{several:.1%} of its rows name more than one id ("a;b"): which one counts? Split them with a query, '
        f"such as split_part(\"{header}\", ';', 1), or say with where which rows count"
    )
    columns = {name: mapped for name, mapped in section.columns.items() if name != "customer_id"}
    return replace(section, columns=columns, asked={**section.asked, "customer_id": (header, why)})
