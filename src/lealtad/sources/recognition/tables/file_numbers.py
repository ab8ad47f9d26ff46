"""Orders whose numbers start again in each file, as at the tills of several shops."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.files.kinds import strip_packing
from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.tables.source_tables import SourceTable

_WHY = 'Other files have the same "{}" for other customers: the name of the file and the number identify an order.'
_HALF, _FEWEST = 0.5, 3


def number_within_files(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """Identify orders by their file and their number where another file has these numbers for other customers."""
    return [
        _number_within(table)
        if any(_starts_again(table, other) for other in tables if other is not table)
        else table
        for table in tables
    ]


def _starts_again(table: SourceTable, other: SourceTable) -> bool:
    """Whether two files of the same columns share numbers, most of them of other customers."""
    pairs = [_read_pairs(one) for one in (table, other)]
    if pairs[0] is None or pairs[1] is None or table.headers != other.headers:
        return False
    shared = pairs[0].join(pairs[1], on="number")
    return shared.height >= _FEWEST and bool((shared["whose"] != shared["whose_right"]).mean() > _HALF)  # type: ignore[operator]  # a share


def _read_pairs(table: SourceTable) -> pl.DataFrame | None:
    """Return the number and the customer of each order; None for tables of other shapes."""
    columns = table.match.columns if table.match and table.match.shape.name == "orders" else {}
    number, customer = columns.get("order_id"), columns.get("customer_id")
    plain = table.place.rows == "rows" and table.place.dialect == "duckdb"
    if table.sample is None or number not in table.headers or customer not in table.headers or not plain:
        return None
    return table.sample.select(
        pl.col(number).cast(pl.String).alias("number"), pl.col(customer).cast(pl.String).alias("whose")
    ).drop_nulls()


def _number_within(table: SourceTable) -> SourceTable:
    if table.match is None or table.sample is None:
        return table
    header = table.match.columns["order_id"]
    file = strip_packing(str(table.place.keys["files"])).rpartition(".")[0]
    name = f"{file} {header}"
    quoted = "'" + file.replace("'", "''") + "-'"
    own = f"nullif(cast({quote_name(header)} as varchar), '')"
    rows = f"(select {quoted} || {own} as {quote_name(name)}, * from rows)"  # noqa: S608 - quoted
    numbers = table.sample.select(pl.concat_str(pl.lit(f"{file}-"), pl.col(header).cast(pl.String)).alias(name))
    return replace(
        table,
        place=replace(table.place, rows=rows, why=_WHY.format(header)),
        contents=(describe_content(numbers[name]), *table.contents),
        match=replace(table.match, columns={**table.match.columns, "order_id": name}),
        sample=pl.concat([numbers, table.sample], how="horizontal"),
    )
