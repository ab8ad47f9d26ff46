"""Converting rows of database drivers to a frame: typed if a column has one kind of value, else text."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from collections.abc import Sequence


def build_frame(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Return rows as a frame.

    Examples
    --------
    >>> build_frame(["id", "amount", "note"], [(1, Decimal("2.50"), None), (2, Decimal("3"), {"a": 1})]).rows()
    [(1, 2.5, None), (2, 3.0, '{"a": 1}')]
    """
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pl.DataFrame([_build_series(name, values) for name, values in zip(names, columns, strict=True)])


def _build_series(name: str, values: Sequence[Any]) -> pl.Series:
    kinds = set(map(type, values)) - {type(None)}
    if kinds in ({str}, {bool}, {date}, {float}, {float, int}):
        dtype = {str: pl.String(), bool: pl.Boolean(), date: pl.Date()}.get(next(iter(kinds)), pl.Float64())
        return pl.Series(name, values, dtype=dtype)
    if kinds == {int} and all(value is None or -(2**63) <= value < 2**63 for value in values):
        return pl.Series(name, values, dtype=pl.Int64)
    if kinds == {datetime}:
        return _build_times(name, values)
    if kinds == {Decimal} and not all(value is None or value == value.to_integral_value() for value in values):
        return pl.Series(name, [None if value is None else float(value) for value in values], dtype=pl.Float64)
    return pl.Series(name, [_to_text(value) for value in values], dtype=pl.String)


def _build_times(name: str, values: Sequence[datetime | None]) -> pl.Series:
    present = [value for value in values if value is not None]
    if all(value.tzinfo is None for value in present):
        return pl.Series(name, values, dtype=pl.Datetime("us"))
    if any(value.tzinfo is None for value in present):
        return pl.Series(name, [_to_text(value) for value in values], dtype=pl.String)
    return pl.Series(name, values, dtype=INSTANT)


def _to_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    return str(value)
