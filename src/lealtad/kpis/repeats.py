"""Rows that an export contains twice: they count once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.contradictions import are_unique
from lealtad.sources.contract.tables import get_table

if TYPE_CHECKING:
    from collections.abc import Sequence

_CLOCKS, _AT = ("known_at", "recorded_at"), "_at"


def drop_repeats(rows: pl.DataFrame, table_name: str, beside: Sequence[str] = _CLOCKS) -> pl.DataFrame:
    """Return the rows without those that repeat another one in all but their clocks; the earliest counts.

    Rows without the first id of the table's key are returned unchanged. So are rows of one key with different
    content: the load decides which of them counts.

    Examples
    --------
    >>> rows = pl.DataFrame({"order_id": ["a", "a", "b"], "amount": [5.0, 5.0, 5.0]})
    >>> drop_repeats(rows, "orders").height
    2
    """
    id_column, *_ = whole = get_table(table_name).key
    key = [name for name in whole if name in rows.columns]
    if id_column not in key or are_unique(key, rows):
        return rows
    content = [name for name in rows.columns if name not in beside]
    clocks = [name for name in beside if name in rows.columns]
    numbered = rows.with_row_index(_AT)
    several = numbered.filter(pl.struct(key).is_duplicated()).sort(*clocks, _AT, nulls_last=False)
    again = several.filter(~pl.struct(content).is_first_distinct())[_AT]
    return rows if again.is_empty() else numbered.filter(~pl.col(_AT).is_in(again.implode())).drop(_AT)
