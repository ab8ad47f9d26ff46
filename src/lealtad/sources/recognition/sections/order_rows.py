"""Orders whose rows are their lines: the column of the order, its total, its units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.sections.line_amounts import find_line_amount
from lealtad.sources.recognition.sections.unit_prices import may_pay_for_line, pays_for_line

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_TOTAL = get_words("order_rows", "total")
_NO_TOTAL = get_words("order_rows", "no_total")
_QUANTITY = get_words("order_rows", "quantity")
_SOME = 0.05
_EACH_OR_ALL = (
    "is it the price of each unit, or of all units of the row? Tools differ. If of each, map amount to the "
    "quantity and set times.amount to this column; if of all, map it. Add amount to sums"
)


def group_order_rows(section: Proposal, table: SourceTable) -> Proposal:
    """Make one order of the rows with its id: the sum of units, and its total or the sum of its lines."""
    columns = dict(section.columns)
    key, matched = columns["order_id"], columns.pop("quantity", columns.pop("items", None))
    quantity = _find_number(table, _QUANTITY) or matched
    price = columns.pop("price", None)
    total = _find_total(table, key)
    line = _find_line_amount(table, quantity, price) if quantity and price else None
    keys: dict[str, object] = {"one_row_per": key}
    sums = []
    if quantity:
        columns["items"] = quantity
        sums.append("items")
    if total and total != line:
        columns["amount"] = total
        amount_note = f'its amount is "{total}", which each of its rows repeats'
    elif line:
        columns["amount"] = line
        sums.append("amount")
        why = "grows with the quantity" if line == price else f'is at most "{quantity}" times "{price}"'
        amount_note = f'its amount is the sum of "{line}", which {why}'
    elif quantity and price and may_pay_for_line(table, quantity, price):
        section = section.ask("amount", price, _EACH_OR_ALL)
        columns.pop("amount", None)
        amount_note = f'its amount is that of "{price}", once it is known what this pays for'
    elif quantity and price:
        columns["amount"] = quantity
        keys["times"] = {"amount": [price]}
        sums.append("amount")
        amount_note = (
            f'its amount is the sum of "{quantity}" times "{price}", without discounts and shipping of the order'
        )
    else:
        sums.append("amount")
        amount_note = f'its amount is the sum of "{columns["amount"]}"'
    if sums:
        keys["sums"] = sums
    note = f'Its rows are order lines: rows with the same "{key}" are one order, and {amount_note}.'
    return replace(
        section, columns=columns, rivals={}, keys={**section.keys, **keys}, notes=(*section.notes, note)
    )


def _find_line_amount(table: SourceTable, quantity: str, price: str) -> str | None:
    """Return the column of what a line costs: one beside the price, or the price itself."""
    return find_line_amount(table, quantity, price) or (price if pays_for_line(table, quantity, price) else None)


def attach_further_lines(section: Proposal, table: SourceTable) -> Proposal:
    """Attach rows without an order id to the order above them, by a column that each row of an order repeats."""
    order = section.columns.get("order_id")
    if order is None or section.query or table.sample is None or table.content(order).share_missing <= _SOME:
        return section
    key = _find_repeated_column(table, table.sample, order)
    if key is None:
        return section
    quantity = section.columns.get("items") or _find_number(table, _QUANTITY)
    columns = {**section.columns, "order_id": key, **({"items": quantity} if quantity else {})}
    keys: dict[str, object] = {"one_row_per": key, **({"sums": ["items"]} if quantity else {})}
    note = (
        f'Rows with an empty "{order}" are further lines of the order above. Rows with the same "{key}" are one '
        "order, which has the values of the first row."
    )
    return replace(section, columns=columns, keys={**section.keys, **keys}, notes=(*section.notes, note))


def _find_repeated_column(table: SourceTable, sample: pl.DataFrame, order: str) -> str | None:
    """Return the column that is filled in every row and identifies the order."""
    filled = _clean_text(sample, order).forward_fill()
    orders = filled.n_unique()
    for content in table.contents:
        if content.name == order or content.share_missing or content.dates or content.decimal is not None:
            continue
        other = _clean_text(sample, content.name)
        pairs = pl.DataFrame([filled.alias("one"), other.alias("other")]).n_unique()
        if pairs == orders == other.n_unique():
            return content.name
    return None


def _find_total(table: SourceTable, key: str) -> str | None:
    """Return the column of the order's total: each row of an order repeats it, or is empty."""
    if table.sample is None:
        return None
    several = table.sample.filter(pl.struct(key).is_duplicated())
    best: tuple[int, str] | None = None
    for content in table.contents:
        words = content.words
        if content.decimal is None or not words & _TOTAL or words & _NO_TOTAL:
            continue
        totals = several.select(key, _clean_text(several, content.name)).drop_nulls().unique()
        if several.is_empty() or totals[key].n_unique() != totals.height:
            continue
        rank = (("total" in words) * 2 + bool(words & {"order", "pedido", "orden", "grand"}), content.name)
        best = max(best, rank) if best else rank
    return best[1] if best else None


def has_negative_lines(section: Proposal, table: SourceTable) -> bool:
    """Whether some lines reverse others, so that only their sum is the amount of an order."""
    quantity = section.columns.get("quantity")
    least = table.content(quantity).least if quantity else None
    return least is not None and least < 0


def _find_number(table: SourceTable, words: frozenset[str]) -> str | None:
    return next((content.name for content in table.contents if _is_named_number(content, words)), None)


def _is_named_number(content: ColumnContent, words: frozenset[str]) -> bool:
    return content.decimal is not None and bool(words & content.words)


def _clean_text(rows: pl.DataFrame, name: str) -> pl.Series:
    text = rows[name].cast(pl.String, strict=False).str.strip_chars()
    return text.to_frame().select(pl.when(pl.col(name) != "").then(pl.col(name)))[name]
