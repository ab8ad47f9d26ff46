"""Side tables of the facts: order lines, products, and contact details.

No feature or KPI reads them; recommendations and the team do.
"""

from __future__ import annotations

from lealtad.sources.contract.columns import Column, Kind, Table, id_column, time_column

ORDER_LINES = Table(
    "order_lines",
    "order × product",
    ("order_id", "line", "product_id"),
    "ordered_at",
    (
        id_column("order_id"),
        Column("line"),
        id_column("customer_id"),
        time_column("ordered_at", required=True),
        id_column("product_id"),
        Column("quantity", Kind.NUMBER, required=True),
        Column("amount", Kind.NUMBER),
        Column("discount", Kind.NUMBER, at_least=0),
        Column("currency"),
        Column("is_return", Kind.FLAG),
        time_column("recorded_at"),
    ),
)

PRODUCTS = Table(
    "products",
    "product",
    ("product_id",),
    None,
    (
        id_column("product_id"),
        Column("name", free_text=True),
        Column("category"),
        Column("price", Kind.NUMBER, at_least=0),
        Column("margin", Kind.NUMBER),
        Column("active", Kind.FLAG),
        Column("in_stock", Kind.FLAG),
        Column("repeatable", Kind.FLAG),
    ),
)

CONTACTS = Table(
    "contacts",
    "customer",
    ("customer_id",),
    None,
    (
        id_column("customer_id"),
        Column("name", free_text=True),
        Column("phone", free_text=True),
        Column("email", free_text=True),
    ),
)
