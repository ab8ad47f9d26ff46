"""Which column of a table says whose a row is, and which may say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.naming import read_ideas

if TYPE_CHECKING:
    from lealtad.sources.recognition.contents import ColumnContent
    from lealtad.sources.recognition.proposal import Proposal, SourceTable

DESCRIBE = frozenset({"customers", "identities"})  # tables that tell of customers, and of no fact
_LEAST_PHONE = 1e6


def find_customer_column(section: Proposal, found: SourceTable) -> str | None:
    """Return the column of the table that says whose a row is, whether the section or its query reads it."""
    mapped_to = section.columns.get("customer_id")
    if mapped_to or section.identities or not section.query or found.match is None:
        return mapped_to
    return found.match.columns.get("customer_id")


def reads_source_columns(section: Proposal, found: SourceTable) -> bool:
    """Whether the section names columns of the table as it stands, and not those that a query makes."""
    return not section.query or any(section.columns.get("customer_id") == one.name for one in found.contents)


def may_be_phone(content: ColumnContent) -> bool:
    return content.phone or (
        "phone" in read_ideas(content.name)
        and not content.mail
        and content.least is not None
        and content.least >= _LEAST_PHONE
    )
