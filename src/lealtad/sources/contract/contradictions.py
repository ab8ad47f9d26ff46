"""Contradictory rows: one key and recording time, but different content. Only the first row counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.rejects import RuleBreach

if TYPE_CHECKING:
    from lealtad.sources.contract.tables import Table

_CLOCKS = ("recorded_at", "known_at", "source_zone", "superseded_at")


def list_content_columns(table: Table, columns: list[str]) -> list[str]:
    """Return the columns that are neither key nor clock, which a correction may change.

    Examples
    --------
    >>> from lealtad.sources.contract import get_table
    >>> list_content_columns(get_table("orders"), ["order_id", "customer_id", "amount", "recorded_at"])
    ['customer_id', 'amount']
    """
    return [name for name in columns if name not in (*table.key, *_CLOCKS) and not name.startswith("_")]


def find_contradictions(table: Table, rows: pl.DataFrame, sound: pl.Series) -> RuleBreach:
    """Find rows whose key occurred before with other content under the same `recorded_at`.

    An identical row is not a contradiction, and a row recorded at another time is a correction. Only valid rows
    are compared.
    """
    key = [name for name in table.key if name in rows.columns]
    broken = pl.repeat(value=False, n=rows.height, dtype=pl.Boolean, eager=True)
    if not are_unique(key, rows):
        numbered = (
            rows.with_row_index("_at").filter(_is_repeated(key, rows) & sound).filter(_has_whole_key(table, key))
        )
        moment = [*key, *(["recorded_at"] if "recorded_at" in rows.columns else [])]
        content = list_content_columns(table, rows.columns)
        differs = [pl.col(name).ne_missing(pl.col(name).first().over(moment)) for name in content]
        positions = numbered.filter(pl.any_horizontal(pl.lit(value=False), *differs))["_at"]
        broken = pl.int_range(rows.height, dtype=pl.UInt32, eager=True).is_in(positions.implode())
    return RuleBreach("key_is_unique", f"{' + '.join(key)} must be unique; the first row with it was kept", broken)


def are_unique(key: list[str], rows: pl.DataFrame) -> bool:
    """Return whether all keys are unique; fast if they are.

    Examples
    --------
    >>> are_unique(["order_id"], pl.DataFrame({"order_id": ["a", "b", "a"]}))
    False
    """
    # hash collisions are so rare that the exact check afterwards costs nothing
    hashes = rows[key[0]].hash() if len(key) == 1 else rows.select(key).hash_rows()
    return hashes.n_unique() == rows.height or not _is_repeated(key, rows).any()


def _is_repeated(key: list[str], rows: pl.DataFrame) -> pl.Series:
    """Mark the rows whose key is not unique."""
    keys = rows[key[0]] if len(key) == 1 else rows.select(pl.struct(key)).to_series()
    return keys.is_duplicated()


def _has_whole_key(table: Table, key: list[str]) -> pl.Expr:
    """Keep rows with a complete key; an optional key column may be null."""
    required = [name for name in key if (column := table.column(name)) and column.required]
    return pl.all_horizontal(pl.col(name).is_not_null() for name in required)
