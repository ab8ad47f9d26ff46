"""Orders that two tables list, such as orders and their invoices or payments: their amounts would count twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.content import read_amounts
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_DOCUMENTS = get_words("repeated_orders", "document")
_ENOUGH, _NEARLY_ALL, _FEWEST_AMOUNTS, _UNIQUE = 0.5, 0.8, 5, 0.98


def ask_about_repeats(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Ask which of two tables of orders counts if one seems to repeat the other.

    One repeats the other if it states the ids of its orders beside ids of its own. It also does if nearly all of
    its rows have the customer and the amount of an order there. Two lists of the same ids are lines and orders.
    """
    of_orders = [table for table in tables if table.match and table.match.shape.table == "orders"]
    questions: dict[str, str] = {}
    for first in of_orders:
        for second in of_orders:
            if {first.place.name, second.place.name} & questions.keys() or not _is_behind(second, first):
                continue
            why = _find_repeat(second, first)
            if why:
                questions[second.place.name] = (
                    f"it seems to repeat the orders of {first.place.name}: {why}. Which of both counts? If both, "
                    "write its section of [[sources.orders]] yourself"
                )
    return [
        replace(table, match=None, question=questions[table.place.name])
        if table.place.name in questions
        else table
        for table in tables
    ]


def _is_behind(second: SourceTable, first: SourceTable) -> bool:
    """Whether the second table is the one to ask about: invoices and payments come after orders."""
    if second is first:
        return False
    documents = [_names_documents(table) for table in (first, second)]
    return documents[1] > documents[0] or (documents[0] == documents[1] and second.place.name > first.place.name)


def _names_documents(table: SourceTable) -> bool:
    order = table.match.columns.get("order_id") if table.match else None
    return bool(order and order in table.headers and _DOCUMENTS & table.content(order).words)


def _find_repeat(second: SourceTable, first: SourceTable) -> str:
    ids = [table.match.columns.get("order_id") if table.match else None for table in (first, second)]
    if not all(name in table.headers for name, table in zip(ids, (first, second), strict=True)):
        return ""
    theirs, own = read_ids(first, str(ids[0])), read_ids(second, str(ids[1]))
    if theirs.is_empty():
        return ""
    if measure_share(own, theirs) >= _ENOUGH:
        return _compare_amounts(first, second) if _are_single(first, second) else ""
    for content in second.contents:
        if (
            _may_be_reference(content, str(ids[1]))
            and measure_share(read_ids(second, content.name), theirs) >= _ENOUGH
        ):
            return f'its "{content.name}" has the ids of its orders'
    return _compare_amounts(first, second)


def _are_single(first: SourceTable, second: SourceTable) -> bool:
    """Whether both tables list each order once, and one of them names it by a reference: payments of invoices."""
    shapes = {table.match.shape.name for table in (first, second) if table.match}
    return shapes == {"orders"} and first.headers != second.headers


def _compare_amounts(first: SourceTable, second: SourceTable) -> str:
    pairs = [_read_pairs(table) for table in (first, second)]
    if pairs[0] is None or pairs[1] is None or pairs[1]["amount"].n_unique() < _FEWEST_AMOUNTS:
        return ""
    alike = pairs[1].join(pairs[0].unique(), on=["whose", "amount"], how="semi").height / max(pairs[1].height, 1)
    return f"{alike:.0%} of its rows have the customer and amount of one there" if alike >= _NEARLY_ALL else ""


def _may_be_reference(content: ColumnContent, own: str) -> bool:
    return (
        content.name != own
        and "order" in content.ideas
        and not content.dates
        and content.share_distinct >= _ENOUGH
    )


def _read_pairs(table: SourceTable) -> pl.DataFrame | None:
    """Return the customer and the amount of each row; None if one of them cannot be read."""
    columns = table.match.columns if table.match else {}
    customer, amount = columns.get("customer_id"), columns.get("amount")
    if table.sample is None or customer not in table.sample.columns or amount not in table.headers:
        return None
    content = table.content(str(amount))
    return table.sample.select(
        pl.col(str(customer)).cast(pl.String).str.strip_chars().str.to_lowercase().alias("whose"),
        read_amounts(content).abs().round(2).alias("amount"),
    ).drop_nulls()
