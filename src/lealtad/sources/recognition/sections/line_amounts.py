"""What a line of an order costs, its own discount taken off: the numbers show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.content import read_amounts
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_TOTAL = get_words("order_rows", "total") | {"subtotal", "neto", "net"}
_OF_NO_LINE = frozenset(
    {"tax", "taxes", "iva", "vat", "impuesto", "discount", "descuento", "dto", "shipping", "envio", "id"}
)
_NEARLY_ALL, _LEAST_PART, _CENT = 0.95, 0.25, 0.01


def find_line_amount(table: SourceTable, quantity: str, price: str) -> str | None:
    """Return the column of what a line costs, its discount taken off: close to units times price, never more."""
    factors = [table.content(name) for name in (quantity, price)]
    if table.sample is None:
        return None
    product = read_amounts(factors[0]) * read_amounts(factors[1])
    for content in table.contents:
        named = content.words & _TOTAL and not content.words & _OF_NO_LINE
        if not named or content.decimal is None or content.dates or content.name in {quantity, price}:
            continue
        part = table.sample.select((read_amounts(content) / product).alias("part")).to_series().drop_nans()
        fits = part.is_between(_LEAST_PART, 1 + _CENT).mean()
        differs = ((part - 1).abs() > _CENT).any()
        if differs and isinstance(fits, float) and fits >= _NEARLY_ALL:
            return content.name
    return None
