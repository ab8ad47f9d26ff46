"""The columns of a line: its product, its position in the order, its quantity and its cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.content import read_amounts
from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_PRODUCT = get_words("product_columns", "product")
_CODE = get_words("product_columns", "code")
_ID = get_words("product_columns", "id")
_NAME = get_words("product_columns", "name")
_FILLER = get_words("product_columns", "filler")
_EACH = get_words("product_columns", "each")
_WHOLE = get_words("product_columns", "whole")
_OF_THE_ORDER = get_words("product_columns", "of_the_order")
_QUANTITY = get_words("order_rows", "quantity")
_COST = frozenset({"cost", "coste", "costo"})
_ALONE = frozenset({"product", "producto", "prod"})
_LAST_ID = 1  # of the ranks: ids, codes, then names
_COMPLETE, _UNIQUE, _NEARLY_ALL, _CENT = 0.005, 0.98, 0.95, 0.011
_LINE = frozenset({"line", "linea"})


@dataclass(frozen=True)
class LineCost:
    """A column of amounts of lines: per unit (`each`), per line (False), or either of them (None)."""

    header: str
    each: bool | None


def find_product_columns(table: SourceTable, line: str | None) -> list[ColumnContent]:
    """Return the columns that may name the product of a line, the surest first, without the line's own number."""
    ranked = [
        (rank, content)
        for content in table.contents
        if content.name != line and (rank := _rank_column(content)) is not None
    ]
    return [content for _, content in sorted(ranked, key=lambda pair: pair[0])]


def is_complete(content: ColumnContent) -> bool:
    """Whether nearly every row has a value."""
    return content.share_missing <= _COMPLETE


def is_product_id(content: ColumnContent) -> bool:
    """Whether a column that names products holds ids rather than names.

    Examples
    --------
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> columns = [pl.Series(header, ["a", "b"]) for header in ("SKU", "Cód. producto", "Producto")]
    >>> [is_product_id(describe_content(column)) for column in columns]
    [True, True, False]
    """
    rank = _rank_column(content)
    return rank is not None and rank <= _LAST_ID


def find_line_column(table: SourceTable, order: str) -> str | None:
    """Return the column of the position of a line in its order, or of its own id."""
    for content in table.contents:
        words = content.words
        named = words & {"line", "linea", "item", "articulo", "lineitem", "position", "posicion", "row"}
        if (
            not named
            or words & (_CODE | _NAME | _QUANTITY | _EACH)
            or content.share_missing
            or content.name == order
        ):
            continue
        if _counts_lines(table, order, content.name) or (
            words & _ID and content.share_distinct >= _UNIQUE and content.rows > 1 and words & _FILLER
        ):
            return content.name
    return None


def find_quantity(table: SourceTable) -> ColumnContent | None:
    """Return the column of the quantity of a line; None if there is none."""
    able = [content for content in table.contents if content.decimal is not None and not content.dates]
    return next((content for content in able if _QUANTITY & content.words), None)


def find_cost(table: SourceTable, order: str, quantity: str) -> LineCost | None:
    """Return the column of the cost of a line, judged by a total of the order or by its header."""
    able = []
    for content in table.contents:
        words = content.words
        money = words & (_EACH | _WHOLE | _COST) and not words <= _LINE  # a line alone is its number
        of_the_order = words & _OF_THE_ORDER or content.name in {order, quantity} or not is_complete(content)
        if money and content.decimal is not None and not content.dates and not of_the_order:
            able.append((not words & _EACH, not words & (_PRODUCT | _LINE), content.name))
    for *_, header in sorted(able):
        if not _is_order_total(table, order, header):
            return LineCost(header, each=_is_per_unit(table, order, quantity, header))
    return None


def _is_per_unit(table: SourceTable, order: str, quantity: str, header: str) -> bool | None:
    words = set(split_words(header))
    adds_up = _is_per_unit_by_totals(table, order, quantity, header)
    if adds_up is not None or words & _COST:
        return adds_up
    return bool(words & _EACH) and not words & (_WHOLE - _LINE)


def _rank_column(content: ColumnContent) -> int | None:
    words = content.words - _FILLER
    if content.empty or content.dates or content.flag:
        return None
    if not words & _PRODUCT and words != {"stock", "code"}:
        return 3 if words and words <= _NAME and content.decimal is None else None
    if words & _CODE or words == {"stock", "code"} or (words & _ID and words <= _ID | _PRODUCT):
        return 0 if words & _ID else 1
    if words <= _PRODUCT | _NAME and (content.decimal is None or words <= _ALONE):
        return 2
    return None


def _counts_lines(table: SourceTable, order: str, header: str) -> bool:
    """Whether a column counts 1, 2, 3 within each order."""
    if table.sample is None or not table.sample.height:
        return False
    number = pl.col(header).cast(pl.String).cast(pl.Float64, strict=False)
    of_each = table.sample.group_by(order).agg(
        pl.len().alias("rows"), number.n_unique().alias("different"), number.min().alias("least"), number.max()
    )
    counts = (pl.col("rows") == pl.col("different")) & (pl.col("least") == 1) & (pl.col(header) == pl.col("rows"))
    return float(of_each.select(counts.fill_null(value=False).mean()).item()) >= _NEARLY_ALL


def _is_order_total(table: SourceTable, order: str, header: str) -> bool:
    """Whether a column belongs to the whole order: its rows repeat one value, which differs between orders."""
    words = set(split_words(header))
    if table.sample is None or not words & _WHOLE or words & _EACH or words & {"line", "linea"}:
        return False
    several = table.sample.filter(pl.struct(order).is_duplicated())
    pairs = several.select(order, header).unique()
    return several.height > 0 and pairs.height == several[order].n_unique()


def _is_per_unit_by_totals(table: SourceTable, order: str, quantity: str, header: str) -> bool | None:
    """Whether a cost is of each unit (True) or the line (False), by a total that each row of an order repeats."""
    if table.sample is None:
        return None
    read = {name: read_amounts(table.content(name)) for name in (quantity, header)}
    for content in table.contents:
        if content.decimal is None or content.dates or content.name in {order, quantity, header}:
            continue
        of_each = table.sample.group_by(order).agg(
            pl.col(content.name).n_unique().alias("said"),
            read_amounts(content).first().alias("total"),
            (read[quantity] * read[header]).sum().alias("times"),
            read[header].sum().alias("plain"),
        )
        telling = of_each.filter((pl.col("said") == 1) & ((pl.col("times") - pl.col("plain")).abs() > _CENT))
        if telling.is_empty():
            continue
        for name, each in (("times", True), ("plain", False)):
            agree = telling.select(((pl.col("total") - pl.col(name)).abs() < _CENT).mean()).item()
            if agree is not None and agree >= _NEARLY_ALL:
                return each
    return None
