"""What lines take over from their orders: conditions, empty cells, and what each line costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.sections.line_amounts import find_line_amount
from lealtad.sources.recognition.sections.product_columns import find_cost
from lealtad.sources.recognition.sections.unit_prices import may_pay_for_line, pays_for_line
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

FROM_ORDERS = ("customer_id", "ordered_at", "recorded_at", "currency", "is_return")
_KEYS = ("only", "where", "ignore")
_EACH_OR_ALL = "of each unit (then times.amount = [the quantity]), or of the whole line?"


def map_cost(lines: Proposal, table: SourceTable, order: str, quantity: str) -> Proposal:
    """Map the cost of a line; ask if a column may mean each unit or the whole line."""
    cost = find_cost(table, order, quantity)
    if cost is None:
        return lines
    if cost.each is None:
        return replace(lines, asked={**lines.asked, "amount": (cost.header, _EACH_OR_ALL)})
    if not cost.each or pays_for_line(table, quantity, cost.header):
        return replace(lines, columns={**lines.columns, "amount": cost.header})
    discounted = find_line_amount(table, quantity, cost.header)
    if discounted:
        return replace(lines, columns={**lines.columns, "amount": discounted})
    if may_pay_for_line(table, quantity, cost.header):
        return replace(lines, asked={**lines.asked, "amount": (cost.header, _EACH_OR_ALL)})
    times = {"amount": [cost.header]}
    note = f'Its amount is "{quantity}" times "{cost.header}", before discounts of the whole order.'
    columns = {**lines.columns, "amount": quantity}
    return replace(lines, columns=columns, keys={**lines.keys, "times": times}, notes=(*lines.notes, note))


def copy_order_amount(lines: Proposal, orders: Proposal) -> Proposal:
    """Copy the amounts of orders to their lines, if each order is one line."""
    amount = {name: header for name, header in orders.columns.items() if name == "amount"}
    keys = {key: orders.keys[key] for key in ("times", "minus", "scale") if key in orders.keys}
    asked = {name: why for name, why in orders.asked.items() if name == "amount"}
    columns, notes = {**lines.columns, **amount}, (*lines.notes, "Each order is one line and has its amount.")
    return replace(lines, columns=columns, asked=asked, keys={**lines.keys, **keys}, notes=notes)


def copy_conditions(
    section: Proposal, table: SourceTable, order: str, columns: dict[str, str]
) -> dict[str, object]:
    """Return the conditions of the orders, and the cells that only the first line of an order fills."""
    keys: dict[str, object] = {name: section.keys[name] for name in _KEYS if name in section.keys}
    only, minus = section.keys.get("only", {}), section.keys.get("minus", {})
    back = [name for names in minus.values() for name in names] if isinstance(minus, dict) else []
    if back:  # a refund belongs to the whole order
        keys["ignore"] = [*_to_list(section.keys.get("ignore")), *back]
    names = table.headers
    headers = [*(columns.get(name, "") for name in FROM_ORDERS), *section.identities.values()]
    headers += list(only) if isinstance(only, dict) else []
    blank = [name for name in dict.fromkeys(headers) if name in names and table.content(name).share_missing]
    blank = [name for name in blank if name != order and _is_in_first_row_only(table, order, name)]
    if blank and not section.query:
        keys["repeats"] = {order: blank}
    if section.query and not section.columns:  # a query sums the lines
        customer = table.content(columns["customer_id"])
        if customer.share_missing:
            name = quote_name(customer.name)
            keys["where"] = f"{name} is not null" + (f" and {name} <> ''" if customer.text else "")
    return keys


def _to_list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _is_in_first_row_only(table: SourceTable, order: str, header: str) -> bool:
    """Whether some orders fill a column in one of their rows alone."""
    if table.sample is None or order not in table.sample.columns:
        return False
    filled = (pl.col(header).cast(pl.String).str.strip_chars() != "").fill_null(value=False)
    of_each = table.sample.group_by(order).agg(filled.sum().alias("filled"), pl.len().alias("rows"))
    return not of_each.filter((pl.col("filled") > 0) & (pl.col("filled") < pl.col("rows"))).is_empty()
