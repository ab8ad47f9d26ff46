"""Credit notes among invoices: the kind of a document says which rows are returns, whatever their sign."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import load_vocabulary, match_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_CODE = re.compile(r"^[^\W\d_]{1,3}$")
_RETURN, _SALE = "credit_note", "sale"
_INVOICES = {"factura", "facturas", "invoice", "invoices", "boleta"}
_TWO_MEANINGS = (["abono"], ["abonos"])  # beside invoices a credit note, beside tickets perhaps a season ticket


def map_document_kinds(section: Proposal, table: SourceTable) -> Proposal:
    """Map a column whose values are invoices and credit notes to `is_return`; ask where some are unknown."""
    if not section.columns or "is_return" in section.columns:
        return section
    used = set(section.columns.values())
    for content in table.contents:
        if content.name in used or content.flag or not content.values or not _is_kind(content):
            continue
        kinds = {value: _read_kind(value) for value in content.values}
        if _RETURN in kinds.values() or _are_codes(content):
            return _apply_kinds(section, content, kinds)
    return section


def _is_kind(content: ColumnContent) -> bool:
    """Whether a column is named like the kind of a document."""
    names = load_vocabulary("document_kinds")["names"]
    return bool(content.words & set(names["kind"])) and not content.words & set(names["elsewhere"])


def _are_codes(content: ColumnContent) -> bool:
    """Whether several kinds are codes of one to three letters, such as V and D, of which one may be a return.

    Kinds of documents that identify people, such as DNI and NIE, are none.
    """
    of_people = load_vocabulary("document_kinds")["names"]["of_people"]
    codes = [value.strip() for value in content.values if value.strip().lower() not in of_people]
    return len(codes) == content.distinct > 1 and all(_CODE.match(code) for code in codes)


def _read_kind(value: str) -> str | None:
    meanings = match_words(split_words(value), load_vocabulary("document_kinds")["values"])
    return meanings.pop() if len(meanings) == 1 else None


def _apply_kinds(section: Proposal, content: ColumnContent, kinds: dict[str, str | None]) -> Proposal:
    unknown = [value for value, kind in kinds.items() if kind is None]
    if not any(_INVOICES & set(split_words(value)) for value in kinds):
        unknown += [value for value in kinds if split_words(value) in _TWO_MEANINGS]
    if unknown:
        listed = ", ".join(f'"{value}"' for value in unknown)
        why = (
            f'say first which rows of "{content.name}" are returns: is {listed}? Map is_return = "{content.name}" '
            "and state under values what each value means; nothing is loaded until you do"
        )
        return section.ask("order_id", section.columns.get("order_id", "order_id"), why)
    returns = ", ".join(f'"{value}"' for value, kind in kinds.items() if kind == _RETURN)
    note = (
        f'Rows whose "{content.name}" is {returns} are returns: their amounts count below zero, whatever the sign.'
    )
    return replace(
        section,
        columns={**section.columns, "is_return": content.name},
        values={
            **section.values,
            "is_return": {value: "true" if kind == _RETURN else "false" for value, kind in kinds.items()},
        },
        notes=(*section.notes, note),
    )
