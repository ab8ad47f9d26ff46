"""Bring rows from a company's own columns and words into those of the contract."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.tables import SOURCE_TEXT
from lealtad.errors import DataError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.contract import Table
    from lealtad.sources.configuration import TableSource


@dataclass(frozen=True)
class Shaped:
    """Rows in the contract's columns, and the columns of theirs that have no place there."""

    rows: pl.DataFrame
    left_out: tuple[str, ...]


def shaped(rows: pl.DataFrame, table: Table, source: TableSource) -> Shaped:
    """Name columns as the contract does, translate values, add constants; every row stays, in its place.

    Columns that `columns` names are renamed (one of theirs may serve for several), those that bear a contract name
    already stay, the others are left out. A value that `values` does not name stays as it is, for the contract
    to judge.

    Raises
    ------
    DataError
        If a column is not there that `columns` or `attributes` name.
    """
    wanted = {**_of_contract(rows.columns, table), **source.columns, **_attributes(source.attributes)}
    if list(rows.columns) == [SOURCE_TEXT]:  # beside the result of a query
        nothing = [pl.lit(None, pl.String).alias(column.name) for column in table.columns if column.required]
        return Shaped(rows.select(*nothing, SOURCE_TEXT), ())
    for name, theirs in wanted.items():
        if theirs not in rows.columns:
            raise DataError(
                table=table.name,
                column=name,
                expected=f"a column '{theirs}'",
                found=f"none among {len(rows.columns)}",
                mend=nearest(theirs, rows.columns),
            )
    chosen = {name: theirs for name, theirs in wanted.items() if name not in source.constants}
    columns = [
        _translated(theirs, rows.schema[theirs], source.values.get(name, {})).alias(name)
        for name, theirs in chosen.items()
    ]
    constants = [_constant(rows, value).alias(name) for name, value in source.constants.items()]
    left_out = tuple(name for name in rows.columns if name not in chosen.values())
    return Shaped(rows.select(*columns, *constants), left_out)


def attribute_name(theirs: str) -> str:
    """Return what a column of theirs is called as an attribute.

    Examples
    --------
    >>> attribute_name("Código postal"), attribute_name("attr_plan")
    ('attr_codigo_postal', 'attr_plan')
    """
    plain = unicodedata.normalize("NFKD", theirs).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"\W+", "_", plain).strip("_")
    return name if name.startswith("attr_") else f"attr_{name}"


def _of_contract(names: Sequence[str], table: Table) -> Mapping[str, str]:
    return {name: name for name in names if name in {*table.names, SOURCE_TEXT} or _is_attribute(name, table)}


def _is_attribute(name: str, table: Table) -> bool:
    return table.name == "customers" and name.startswith("attr_")


def _attributes(theirs: Sequence[str]) -> Mapping[str, str]:
    return {attribute_name(name): name for name in theirs}


def _translated(theirs: str, dtype: pl.DataType, values: Mapping[str, object]) -> pl.Expr:
    value = pl.col(theirs)
    if not values:
        return value
    if dtype.is_float():  # the code 1 stands as 1.0 where some rows have none
        whole = value.cast(pl.Int64, strict=False)
        text = pl.when(whole == value).then(whole.cast(pl.String)).otherwise(value.cast(pl.String))
    else:
        text = value.cast(pl.String, strict=False).str.strip_chars()
    known = {given: _as_text(meant) for given, meant in values.items()}
    return text.replace(list(known), list(known.values()))


def _constant(rows: pl.DataFrame, value: object) -> pl.Expr:
    """Return a column of one value; beside a row that could not be cut there is nothing."""
    if SOURCE_TEXT not in rows.columns:
        return pl.lit(value)
    return pl.when(pl.col(SOURCE_TEXT).is_null()).then(pl.lit(value))


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
