"""One row of a company, changed within the contract: what every table, column and kind of value may hold."""

from datetime import timedelta

import polars as pl
from hypothesis import strategies as st

from lealtad.contract import table_named
from lealtad.contract.tables import Kind

_NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 2.0, 3.0, 5.0, 7.0, 8.5, 10.0, 74.0, 100.0, 1e6, 0.1, -80.0])
_LATER = st.sampled_from([-400, -30, -1, 0, 1, 30]).map(lambda days: timedelta(days=days))


@st.composite
def mutated(draw: st.DrawFn, tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables of a company with up to three values of one row changed; the contract says whether they fit."""
    name = draw(st.sampled_from(sorted(name for name in tables if name != "identities")))
    rows = tables[name]
    at = draw(st.integers(0, rows.height - 1))
    known = [column for column in table_named(name).columns if column.name in rows.columns]
    chosen = draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique_by=lambda column: column.name))
    row = rows[at]
    for column in chosen:
        value = draw(_value(column, rows, row[column.name][0]))
        row = row.with_columns(pl.lit(value, rows.schema[column.name]).alias(column.name))
    return tables | {name: pl.concat([rows[:at], row, rows[at + 1 :]])}


def _value(column, rows, now):
    kinds = {
        Kind.NUMBER: _NUMBERS,
        Kind.COUNT: _NUMBERS.map(int),
        Kind.FLAG: st.booleans(),
        Kind.INSTANT: _LATER.map(lambda shift: None if now is None else now + shift),
        Kind.TEXT: st.sampled_from(column.one_of or rows[column.name].unique().sort().to_list()),
    }
    value = kinds[column.kind]
    return value if column.required else st.none() | value
