"""Amounts that a section computes: times a quantity, less a refund, in cents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.columns import Column, Kind
from lealtad.sources.contract.conversion import NOTHING, convert_column

if TYPE_CHECKING:
    from lealtad.sources.table_source import TableSource

_UNREADABLE = float("inf")  # rejected by the contract, so that no sum silently leaves out an unreadable value


def is_computed(name: str, source: TableSource) -> bool:
    """Whether the section computes a column of the contract."""
    return name in source.scale or name in source.minus or name in source.times


def express_amount(name: str, theirs: str, schema: pl.Schema, source: TableSource) -> pl.Expr:
    """Express `theirs` × `times` − `minus`, all multiplied by `scale`; null if `theirs` is empty.

    An empty cell in `minus` subtracts nothing. An empty cell in `times`, or an unreadable one, gives a number that
    the contract rejects.
    """
    value = read_number(theirs, schema[theirs], source)
    for other in source.times.get(name, ()):
        value = value * read_number(other, schema[other], source).fill_null(_UNREADABLE)
    for other in source.minus.get(name, ()):
        value = value - read_number(other, schema[other], source).fill_null(0.0)
    return (value * source.scale.get(name, 1.0)).round(6)


def express_sign(name: str, theirs: str, schema: pl.Schema, source: TableSource) -> pl.Expr:
    """Express whether a contract column, computed or not, is below zero; false for cells that are not numbers."""
    computed = is_computed(name, source)
    value = (
        express_amount(name, theirs, schema, source) if computed else read_number(theirs, schema[theirs], source)
    )
    return (value < 0).fill_null(value=False)


def read_number(theirs: str, dtype: pl.DataType, source: TableSource) -> pl.Expr:
    """Read a source column as numbers; infinite if a cell is not a number."""
    value = pl.col(theirs)
    read = convert_column(Column(theirs, Kind.NUMBER), dtype, source.reading)
    has_value = value.is_not_null()
    if dtype == pl.String:
        has_value = has_value & ~value.str.strip_chars().is_in(NOTHING)
    return pl.when(read.is_not_null()).then(read).when(has_value).then(_UNREADABLE)
