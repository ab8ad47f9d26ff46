"""Amounts that a section computes: times a quantity, less a refund, in cents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.columns import Column, Kind
from lealtad.sources.contract.conversion import NOTHING, convert_column

if TYPE_CHECKING:
    from lealtad.sources.table_source import TableSource

_UNREADABLE = float("inf")  # the contract rejects it: what cannot be read is never left out of a sum in silence


def is_computed(name: str, source: TableSource) -> bool:
    """Whether the section computes a column of the contract."""
    return name in source.scale or name in source.minus or name in source.times


def express_amount(name: str, theirs: str, schema: pl.Schema, source: TableSource) -> pl.Expr:
    """Express `theirs` × `times` − `minus`, all by `scale`; null where theirs is empty.

    What is empty in `minus` takes nothing off. What is empty in `times`, or cannot be read, makes a number that
    the contract rejects.
    """
    value = read_number(theirs, schema[theirs], source)
    for other in source.times.get(name, ()):
        value = value * read_number(other, schema[other], source).fill_null(_UNREADABLE)
    for other in source.minus.get(name, ()):
        value = value - read_number(other, schema[other], source).fill_null(0.0)
    return (value * source.scale.get(name, 1.0)).round(6)


def express_sign(name: str, theirs: str, schema: pl.Schema, source: TableSource) -> pl.Expr:
    """Express whether a column of the contract, computed or not, is below zero; what is no number is not."""
    computed = is_computed(name, source)
    value = (
        express_amount(name, theirs, schema, source) if computed else read_number(theirs, schema[theirs], source)
    )
    return (value < 0).fill_null(value=False)


def read_number(theirs: str, dtype: pl.DataType, source: TableSource) -> pl.Expr:
    """Read a column of theirs as numbers; infinite where what stands there is none."""
    value = pl.col(theirs)
    read = convert_column(Column(theirs, Kind.NUMBER), dtype, source.reading)
    has_value = value.is_not_null()
    if dtype == pl.String:
        has_value = has_value & ~value.str.strip_chars().is_in(NOTHING)
    return pl.when(read.is_not_null()).then(read).when(has_value).then(_UNREADABLE)
