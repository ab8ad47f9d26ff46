"""The column of a table that says which customer a row belongs to, and the columns that may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

DESCRIBE = frozenset({"customers", "identities"})  # tables that describe customers, and hold no facts
_CARD = get_words("marked_columns", "card")
_LEAST_PHONE = 1e6
_SEVERAL = r"^[^\s;|,]+(?:\s*[;|,]\s*[^\s;|,]+)+$"
_SOME = 0.002


def find_customer_column(section: Proposal, table: SourceTable) -> str | None:
    """Return the header of the customer, whether the section or its query reads it; None if there is none."""
    mapped_to = section.columns.get("customer_id")
    if mapped_to or section.identities or not section.query or table.match is None:
        return mapped_to
    return table.match.columns.get("customer_id")


def reads_source_columns(section: Proposal, table: SourceTable) -> bool:
    """Whether the section maps headers of the table, rather than columns that a query makes."""
    return not section.query or section.columns.get("customer_id") in table.headers


def may_be_phone(content: ColumnContent) -> bool:
    """Whether a column holds phones, written as such or as large numbers under a header of phones."""
    return content.phone or (
        "phone" in content.ideas
        and not content.mail
        and content.least is not None
        and content.least >= _LEAST_PHONE
    )


def ask_about_several_ids(section: Proposal, table: SourceTable) -> Proposal:
    """Ask which id counts if cells name several customers, and map none until a person has answered."""
    header = section.columns.get("customer_id")
    if header is None or table.sample is None or header not in table.sample.columns:
        return section
    text = table.sample[header].cast(pl.String, strict=False).str.strip_chars()
    several = text.str.contains(_SEVERAL).fill_null(value=False).mean()
    if not isinstance(several, float) or several < _SOME:
        return section
    why = (
        f'{several:.1%} of its rows name more than one id ("a;b"): which one counts? Split them with a query, '
        f"such as split_part(\"{header}\", ';', 1), or select the rows that count with where"
    )
    return section.ask("customer_id", header, why)


def ask_about_cards(pairs: Sequence[tuple[Proposal, SourceTable]]) -> list[tuple[Proposal, SourceTable]]:
    """Ask whether a bare "Tarjeta" is the card of a customer, unless the ids of customers show it."""
    if any(section.table == "customers" for section, _ in pairs):
        return list(pairs)
    return [(_ask_about_card(section, table), table) for section, table in pairs]


def _ask_about_card(section: Proposal, table: SourceTable) -> Proposal:
    header = find_customer_column(section, table)
    if header not in table.headers or not table.content(str(header)).words <= _CARD:
        return section
    why = (
        "is it the card by which you know the customer, or one that pays? Only if it is the customer's, map it as "
        "customer_id"
    )
    return section.ask("customer_id", str(header), why)
