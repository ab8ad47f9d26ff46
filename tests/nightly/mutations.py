"""One row of one table, changed within the contract."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl

from lealtad.sources.contract.tables import Column, Kind, get_table

DAYS = (-400, -40, -1, 0, 1, 40, 400)
NUMBERS = (0.0, -1.0, 0.5, 1.0, 10.0, 1e9, 1e14)
TEXTS = ("=1+1", 'ñandú; "x"', " x ", "x" * 2000, "0", "\u202eabc", "<b>a</b>")
IDS = (
    "touchpoint_id",
    "ticket_id",
    "merged_into",
    "survey_id",
    "subscription_id",
    "order_id",
    "alias",
    "customer_id",
)


@dataclass(frozen=True)
class Mutation:
    """One changed cell, one duplicated row, or one removed row."""

    table: str
    row: int
    column: str
    value: Any

    def __str__(self) -> str:
        return f"{self.table}[{self.row}].{self.column} = {str(self.value)[:40]!r}"

    def apply(self, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
        """Return the table with its one change."""
        rows = tables[self.table]
        if self.column == "twice":
            return pl.concat([rows, rows[self.row : self.row + 1]])
        if self.column == "gone":
            return rows.with_row_index("_at").filter(pl.col("_at") != self.row).drop("_at")
        here = pl.int_range(pl.len()) == self.row
        value = pl.lit(self.value, rows.schema[self.column])
        return rows.with_columns(pl.when(here).then(value).otherwise(self.column).alias(self.column))

    def customers(self, tables: dict[str, pl.DataFrame]) -> set[str]:
        """Return the customers who share an id with the row, before or after the change."""
        before = tables[self.table][self.row]
        rows = [before] if self.column in {"twice", "gone"} else [before, self.apply(tables)[self.row]]
        ids = {value for row in rows for name in IDS if name in row.columns for value in row[name].drop_nulls()}
        concerned = set()
        for table in tables.values():
            keys = [name for name in IDS if name in table.columns]
            if not keys:
                continue
            touched = table.filter(pl.any_horizontal(pl.col(name).is_in(list(ids)) for name in keys))
            concerned |= {
                value for name in ("customer_id", "alias") if name in touched.columns for value in touched[name]
            }
        return concerned


def draw_mutations(tables: dict[str, pl.DataFrame], count: int, seed: int) -> list[Mutation]:
    """Draw changes: tables, columns of a table and rows are each drawn with equal probability."""
    rng = Random(seed)  # noqa: S311 - a test draws, it keeps no secret
    return [_draw_mutation(tables, rng) for _ in range(count)]


def _draw_mutation(tables: dict[str, pl.DataFrame], rng: Random) -> Mutation:
    name = rng.choice(sorted(tables))
    rows = tables[name]
    row = rng.randrange(rows.height)
    known = {column.name: column for column in get_table(name).columns}
    column = rng.choice([*(column for column in rows.columns if column in known), "twice", "gone"])
    if column in {"twice", "gone"}:
        return Mutation(name, row, column, None)
    other = rows[column][rng.randrange(rows.height)]
    return Mutation(name, row, column, rng.choice(_list_values(known[column], rows[row, column], other)))


def _list_values(column: Column, now: Any, other: Any) -> list[Any]:
    none = [] if column.required else [None]
    if column.one_of:
        return [*column.one_of, *none]
    if column.kind is Kind.FLAG:
        return [True, False, *none]
    if column.kind is Kind.INSTANT:
        start = now or other or datetime(2025, 1, 1, tzinfo=UTC)
        return [
            other or start,
            datetime(1950, 1, 1, tzinfo=UTC),
            *(start + timedelta(days=d) for d in DAYS),
            *none,
        ]
    if column.kind in {Kind.NUMBER, Kind.COUNT}:
        numbers = [*NUMBERS, *([] if now is None else [-now, now * 1000])]
        whole = [int(number) for number in numbers] if column.kind is Kind.COUNT else numbers
        return [other, *whole, *none]
    return [*TEXTS, other if other is not None else "x", *none]
