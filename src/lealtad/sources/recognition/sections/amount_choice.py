"""Which of several amounts is that of an order: without its discount, and in the currency of the order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.content import read_amounts
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_BASE, _CURRENCY = frozenset({"base"}), get_words("currencies", "currency")
_NEARLY_ALL, _CENT = 0.95, 0.01


def choose_amount(section: Proposal, table: SourceTable) -> Proposal:
    """Choose the amount that was paid, among those of equal names.

    An amount is that of the order's currency rather than that of the shop, and without the discount.
    """
    header = section.columns.get("amount")
    if header not in table.headers or section.query:
        return section
    section = _choose_currency(section, table, table.content(str(header)))
    return _subtract_discount(section, table, table.content(section.columns["amount"]))


def repeats_in_base_currency(content: ColumnContent, table: SourceTable) -> bool:
    """Whether another column has the name of this one without `base`: the same amount in the order's currency."""
    return bool(content.words & _BASE) and any(other.words == content.words - _BASE for other in table.contents)


def _choose_currency(section: Proposal, table: SourceTable, amount: ColumnContent) -> Proposal:
    """Choose the amount beside whose name `base` is missing, if there is a currency without it too."""
    if not amount.words & _BASE:
        return section
    own = [
        content
        for content in table.contents
        if content.decimal is not None and content.words == amount.words - _BASE
    ]
    of_order = any(content.words & _CURRENCY and not content.words & _BASE for content in table.contents)
    return replace(section, columns={**section.columns, "amount": own[0].name}) if own and of_order else section


def _subtract_discount(section: Proposal, table: SourceTable, amount: ColumnContent) -> Proposal:
    """Choose another column of amounts if it is this one less the discount in nearly all rows."""
    header = section.columns.get("discount")
    if header not in table.headers or table.sample is None:
        return section
    before, discount = read_amounts(amount), read_amounts(table.content(str(header))).abs().fill_null(0)
    for content in table.contents:
        if content.name in {amount.name, header} or content.decimal is None or content.dates:
            continue
        after = read_amounts(content)
        differs = ((before.abs() - discount) - after.abs()).abs()
        rows = table.sample.filter(before.is_not_null()).select(
            fits=(differs <= _CENT).fill_null(value=False), less=discount > _CENT
        )
        shares = [each["fits"].mean() for each in (rows, rows.filter("less"))]
        if all(isinstance(share, float) and share >= _NEARLY_ALL for share in shares):
            note = f'Its amount is "{content.name}", which is "{amount.name}" less "{header}".'
            return replace(
                section, columns={**section.columns, "amount": content.name}, notes=(*section.notes, note)
            )
    return section
