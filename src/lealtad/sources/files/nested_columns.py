"""Columns of objects and lists, as columns with dotted names: `customer.id`, `items[0].sku`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polars.datatypes import DataTypeClass

_DEEPEST = 6


def open_nested(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with their objects and lists as JSON text, and a column for each value within an object.

    Only the first object of a list is opened, as in a JSON document.

    Examples
    --------
    >>> open_nested(pl.DataFrame({"id": [7], "via": [{"channel": "web"}], "tags": [["a", "b"]]})).rows()
    [(7, '{"channel": "web"}', 'web', '["a", "b"]')]
    """
    if not any(kind.is_nested() for kind in rows.schema.values()):
        return rows
    return rows.select(
        column for name, kind in rows.schema.items() for column in _open_column(pl.col(name), name, kind, 0)
    )


def _open_column(values: pl.Expr, name: str, kind: pl.DataType | DataTypeClass, depth: int) -> Iterator[pl.Expr]:
    if not kind.is_nested():
        yield values.alias(name)
        return
    if not depth or depth == _DEEPEST or not _holds_objects(kind):
        yield values.map_elements(_write_json, return_dtype=pl.String).alias(name)
    if depth == _DEEPEST:
        return
    if isinstance(kind, pl.Struct):
        for field in kind.fields:
            within = values.struct.field(field.name)
            yield from _open_column(within, f"{name}.{field.name}", field.dtype, depth + 1)
    elif isinstance(kind, pl.List) and _holds_objects(kind):
        yield from _open_column(values.list.first(), f"{name}[0]", kind.inner, depth + 1)


def _holds_objects(kind: pl.DataType | DataTypeClass) -> bool:
    return isinstance(kind, pl.Struct) or (isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct))


def _write_json(value: object) -> str:
    plain = value.to_list() if isinstance(value, pl.Series) else value
    return json.dumps(plain, ensure_ascii=False, default=str)
