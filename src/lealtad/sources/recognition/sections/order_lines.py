"""The lines of orders: which product each one sells, how many, and at what price."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.sections.line_costs import (
    FROM_ORDERS,
    copy_conditions,
    copy_order_amount,
    map_cost,
)
from lealtad.sources.recognition.sections.product_columns import (
    find_line_column,
    find_product_columns,
    find_quantity,
    is_complete,
    is_product_id,
)
from lealtad.sources.recognition.sections.value_formats import add_value_formats
from lealtad.sources.recognition.tables.id_overlap import measure_share, read_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

Pair = tuple["Proposal", "SourceTable"]
_ENOUGH = 0.5
_LISTED = 0.9  # of the orders of lines: a table that has so many of them lists them
_LINES = "These are the lines of the orders above: the product, the quantity, and the amount."


def add_order_lines(pairs: Sequence[Pair]) -> list[Pair]:
    """Add a section of lines after each section of orders whose rows name products.

    Lines have the customers, times and conditions of their orders. If a column of the orders is asked about,
    there are no lines until a person has answered.
    """
    products = next(((section, table) for section, table in pairs if section.table == "products"), None)
    result: list[Pair] = []
    for section, table in pairs:
        if section.table == "order_lines":
            result.append((map_product(section, table, products), table))
        elif section.table == "orders" and (more := _derive_lines(section, table, products)):
            alone = more.table == "orders" or _are_listed(section, table, pairs)
            result += [(more, table)] if alone else [(section, table), (more, table)]
        else:
            result.append((section, table))
    return result


def _are_listed(section: Proposal, table: SourceTable, pairs: Sequence[Pair]) -> bool:
    """Whether another table lists the orders of these lines: made from their lines they would come twice."""
    order = section.keys.get("one_row_per")
    if not isinstance(order, str) or order not in table.headers:
        return False
    orders = read_ids(table, order)
    lists = [
        read_ids(other, other_section.columns["order_id"])
        for other_section, other in pairs
        if other_section.table == "orders"
        and other is not table
        and "one_row_per" not in other_section.keys
        and other_section.columns.get("order_id") in other.headers
    ]
    return any(measure_share(orders, ids) >= _LISTED for ids in lists)


def read_order_lines(section: Proposal, table: SourceTable) -> Proposal:
    """Read a table of lines alone: their position and cost; customer and time come from their orders."""
    order, quantity = section.columns["order_id"], section.columns["quantity"]
    line = find_line_column(table, order)
    names = ("order_id", "product_id", "quantity", "discount", *FROM_ORDERS)
    columns = {name: header for name, header in section.columns.items() if name in names}
    columns |= {"line": line} if line else {}
    return map_cost(replace(section, columns=columns, rivals={}), table, order, quantity)


def map_product(section: Proposal, table: SourceTable, products: Pair | None) -> Proposal:
    """Map the product to the column that holds the ids of the list of products; ask if none does."""
    able = find_product_columns(table, section.columns.get("line"))
    chosen, note = _choose_product(able, table, products)
    if chosen is None:
        return section if not note else section.add_notes(note)
    columns = {**section.columns, "product_id": chosen.name}
    return replace(section, columns=columns, notes=(*section.notes, *([note] if note else [])))


def _derive_lines(section: Proposal, table: SourceTable, products: Pair | None) -> Proposal | None:
    """Return the lines; the orders with a question in case of doubt; None if no column names a product."""
    if table.match is None or table.sample is None:
        return None
    names = table.headers
    mapped = section.columns or table.match.columns
    order = str(section.keys.get("one_row_per") or mapped.get("order_id"))
    is_made = order not in names
    line = None if is_made else find_line_column(table, order)
    able = find_product_columns(table, line)
    if not able or (is_made and not section.query) or not _are_lines(section, table, able):
        return None
    doubt = _describe_doubt(section, table, able)
    if doubt:
        return replace(section, notes=(*section.notes, f"No order_lines are proposed: {doubt}."))
    chosen, note = _choose_product(able, table, products)
    quantity = find_quantity(table)
    if chosen is None or quantity is None:
        return section.add_notes(note) if note else None
    columns = {"order_id": order, **({"line": line} if line else {})}
    columns |= {name: mapped[name] for name in FROM_ORDERS if name in mapped}
    columns |= {"product_id": chosen.name, "quantity": quantity.name}
    lines = replace(
        section,
        table="order_lines",
        columns=columns,
        query=section.query if section.columns else _select_all(table),
        keys=copy_conditions(section, table, order, columns),
        values={name: meanings for name, meanings in section.values.items() if name in columns},
        rivals={},
        left_out={},
        notes=(_LINES, *([note] if note else [])),
    )
    alone = bool(section.columns) and "one_row_per" not in section.keys
    if summed := _find_summed_amount(section, names):
        lines = replace(lines, columns={**lines.columns, "amount": summed})
    else:
        lines = copy_order_amount(lines, section) if alone else map_cost(lines, table, order, quantity.name)
    times = lines.keys.get("times", {})
    costs = times["amount"] if isinstance(times, dict) and times else []
    return add_value_formats(lines, table, [name for name in (*lines.columns.values(), *costs) if name in names])


def _find_summed_amount(section: Proposal, names: Sequence[str]) -> str | None:
    """Return the column whose sum over the lines is the amount of an order; None if it is computed."""
    sums, times = section.keys.get("sums", ()), section.keys.get("times", {})
    amount = section.columns.get("amount")
    plain = isinstance(sums, list) and "amount" in sums and not times
    return amount if plain and amount in names else None


def _select_all(table: SourceTable) -> str:
    """Return a query for the unchanged rows of several files; empty for a single file."""
    plain = table.place.rows == "rows" or table.place.dialect != "duckdb"
    return "" if plain else f"select * from {table.place.rows}"  # noqa: S608 - names are quoted


def _are_lines(section: Proposal, table: SourceTable, able: Sequence[ColumnContent]) -> bool:
    """Whether each row sells one product: a line of an order, or an order of one product."""
    if "one_row_per" in section.keys or not section.columns:
        return True
    listed = table.sample is not None and any(
        table.sample[content.name].cast(pl.String).str.contains(r"[;|,]").any() for content in able
    )
    return not listed and find_quantity(table) is not None


def _describe_doubt(section: Proposal, table: SourceTable, able: Sequence[ColumnContent]) -> str:
    asked = [name for name in ("order_id", "customer_id", "ordered_at") if name in section.asked]
    if asked:
        return f"settle {', '.join(asked)} of the orders first; their lines are read the same way"
    quantity = find_quantity(table)
    if quantity is None:
        return "no column has the quantity of a line. Map one, with order_id and product_id"
    if not is_complete(quantity):
        return f'"{quantity.name}" is empty in {quantity.share_missing:.0%} of the rows'
    if not any(map(is_complete, able)):
        shown = " and ".join(f'"{content.name}" in {content.share_missing:.0%}' for content in able[:2])
        return f"the product is empty in some rows ({shown}). Which column names it in every row?"
    return ""


def _choose_product(
    able: Sequence[ColumnContent], table: SourceTable, products: Pair | None
) -> tuple[ColumnContent | None, str]:
    """Return the column that names the product, and a note about it."""
    complete = [content for content in able if is_complete(content)]
    if products is not None:
        section, where = products
        product_ids = read_ids(where, section.columns["product_id"])
        best = max(
            complete, key=lambda content: measure_share(read_ids(table, content.name), product_ids), default=None
        )
        if best is not None and measure_share(read_ids(table, best.name), product_ids) >= _ENOUGH:
            return best, ""
        what = f'hardly any id of {where.place.name} ("{section.columns["product_id"]}") occurs in its lines'
        if not complete:
            return None, f"No order_lines are proposed: {what}."
        return complete[0], f'{what[0].upper()}{what[1:]}: is "{complete[0].name}" the product?'
    if not complete:
        return None, ""
    first = complete[0]
    rest = [content.name for content in able if content is not first and not is_complete(content)]
    note = f'Products are identified by "{first.name}"'
    if rest:
        return first, f'{note}, since "{rest[0]}" is empty in some rows.'
    return first, "" if is_product_id(first) else f"{note}, for want of an id: a renamed one is another product."
