"""A list of products: which of them are on sale, and which are in stock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.contract.outcomes import simplify_word
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_STOCK = get_words("product_columns", "stock")
_ON_SALE = get_words("product_columns", "on_sale")
_OFF_SALE = get_words("product_columns", "off_sale")
_SAYS = get_words("product_columns", "says_on_sale")
_ASK_STOCK = "in stock while above 0? Use a query"
_IN_STOCK = "has_stock"
_ASK = "which of its values are on sale? Write values.active, each = true or false"


def map_on_sale(section: Proposal, table: SourceTable) -> Proposal:
    """Map which products are on sale, by a status, and which are in stock; ask about unknown values."""
    section = _map_stock(section, table)
    if "active" in section.columns and table.content(section.columns["active"]).flag:
        return _map_state(section, table.content(section.columns["active"]))
    state = next((content for content in table.contents if _SAYS & content.words and content.values), None)
    if state is not None and (state.flag or state.decimal is None):
        return _map_state(section, state)
    return section


def _map_stock(section: Proposal, table: SourceTable) -> Proposal:
    """Map a column of pieces to whether there are any; a product without a number may be sold."""
    stock = next((content for content in table.contents if _STOCK & content.words), None)
    if stock is None or stock.decimal is None or "in_stock" in section.columns:
        return section
    if table.place.dialect != "duckdb" or section.query or _IN_STOCK in table.headers:
        return section.ask("in_stock", stock.name, _ASK_STOCK)
    number = f"try_cast({quote_name(stock.name)} as double)"
    query = f"select *, {number} > 0 as {_IN_STOCK} from {table.place.rows}"  # noqa: S608 - names are quoted
    note = f'A product is in stock if "{stock.name}" is above 0, as of the day of the export.'
    columns = {**section.columns, "in_stock": _IN_STOCK}
    return replace(section, query=query, columns=columns, notes=(*section.notes, note))


def _map_state(section: Proposal, state: ColumnContent) -> Proposal:
    meanings = {value: _read_state(value) for value in state.values}
    if any(meant is None for meant in meanings.values()):
        return section.ask("active", state.name, _ASK)
    values = {value: str(meant).lower() for value, meant in meanings.items()}
    columns = {**section.columns, "active": state.name}
    return replace(section, columns=columns, values={**section.values, "active": values})


def _read_state(value: str) -> bool | None:
    word = simplify_word(value)
    return True if word in _ON_SALE else False if word in _OFF_SALE else None
