"""Credit notes among invoices: the kind of a document says which rows are returns, whatever their sign."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.document_words import (
    NOTHING,
    PAYMENT,
    RETURN,
    SALE,
    is_document_kind,
    read_document_kind,
)
from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CODE = re.compile(r"^[^\W\d_]{1,3}$")
_INVOICES = {"factura", "facturas", "invoice", "invoices", "boleta"}
_TWO_MEANINGS = (["abono"], ["abonos"])  # beside invoices a credit note, beside tickets perhaps a season ticket


def map_document_kinds(section: Proposal, table: SourceTable) -> Proposal:
    """Map a column whose values are invoices and credit notes to `is_return`; ask where some are unknown."""
    if not section.columns or "is_return" in section.columns:
        return section
    used = set(section.columns.values())
    for content in table.contents:
        if content.name in used or content.flag or not content.values or not is_document_kind(content):
            continue
        kinds = {value: read_document_kind(value) for value in content.values}
        if RETURN in kinds.values() or _are_codes(content):
            return _apply_kinds(section, content, kinds)
    return section


def _are_codes(content: ColumnContent) -> bool:
    """Whether several kinds are codes of one to three letters, such as V and D, of which one may be a return.

    Kinds of documents that identify people, such as DNI and NIE, are none.
    """
    of_people = load_vocabulary("document_kinds")["names"]["of_people"]
    codes = [value.strip() for value in content.values if value.strip().lower() not in of_people]
    return len(codes) == content.distinct > 1 and all(_CODE.match(code) for code in codes)


def _apply_kinds(section: Proposal, content: ColumnContent, kinds: dict[str, str | None]) -> Proposal:
    # payments of invoices in other rows would count twice
    doubtful = {None, PAYMENT, NOTHING} if SALE in kinds.values() and PAYMENT in kinds.values() else {None}
    unknown = [value for value, kind in kinds.items() if kind in doubtful]
    if not any(_INVOICES & set(split_words(value)) for value in kinds):
        unknown += [value for value in kinds if split_words(value) in _TWO_MEANINGS]
    if unknown:
        listed = ", ".join(f'"{value}"' for value in unknown)
        why = (
            f'say first which rows of "{content.name}" are returns: is {listed}? Map is_return = "{content.name}" '
            "and state under values what each value means; nothing is loaded until you do"
        )
        return section.ask("order_id", section.columns.get("order_id", "order_id"), why)
    section = _leave_out_reserved(section, content, kinds)
    returns = ", ".join(f'"{value}"' for value, kind in kinds.items() if kind == RETURN)
    note = (
        f'Rows whose "{content.name}" is {returns} are returns: their amounts count below zero, whatever the sign.'
    )
    return replace(
        section,
        columns={**section.columns, "is_return": content.name},
        values={
            **section.values,
            "is_return": {
                value: "true" if kind == RETURN else "false" for value, kind in kinds.items() if kind != NOTHING
            },
        },
        notes=(*section.notes, note),
    )


def _leave_out_reserved(section: Proposal, content: ColumnContent, kinds: dict[str, str | None]) -> Proposal:
    """Leave out rows that move no money, such as the authorization of a payment."""
    none = [value for value, kind in kinds.items() if kind == NOTHING]
    if not none:
        return section
    only = {**dict(section.keys.get("only", {})), content.name: [value for value in kinds if value not in none]}  # type: ignore[call-overload]  # a table
    listed = ", ".join(f'"{value}"' for value in none)
    note = f'Rows whose "{content.name}" is {listed} move no money and are left out.'
    return replace(section, keys={**section.keys, "only": only}, notes=(*section.notes, note))
