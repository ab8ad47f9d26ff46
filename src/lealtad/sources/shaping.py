"""Converting rows from a company's own columns and words to those of the contract."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.amounts import express_amount, express_sign, is_computed
from lealtad.sources.contract.returns import IS_RETURN
from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.contract.written_ids import rewrite_ids
from lealtad.sources.contract.written_numbers import normalize_numbers
from lealtad.sources.currencies import AS_THEY_ARE, Currencies, convert_currencies
from lealtad.sources.identities import ID_PREFIX, normalize_identity
from lealtad.sources.row_columns import list_used_columns, require_column
from lealtad.sources.row_filter import choose_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.contract import Table
    from lealtad.sources.table_source import TableSource


@dataclass(frozen=True)
class ShapedRows:
    """Rows in the contract's columns, and the source columns that have no place in it.

    Attributes
    ----------
    positions
        Positions of these rows among the source rows, if some were left out; None for all.
    """

    rows: pl.DataFrame
    left_out: tuple[str, ...]
    positions: pl.Series | None = None


def shape_rows(
    rows: pl.DataFrame, table: Table, source: TableSource, currencies: Currencies = AS_THEY_ARE
) -> ShapedRows:
    """Rename columns, translate values, add constants, and drop rows of the ids in `nobody`.

    Columns named in `columns` are renamed; one source column may be used several times. A column with a name of
    the contract is kept, and all others are dropped. A value not named in `values` is unchanged, for the contract
    to check. Rows that `only` and `where` do not keep are dropped, and amounts are converted to one currency.

    Raises
    ------
    DataError
        If a column named by the section is missing, or a column with a contract name occurs twice.
    """
    chosen = choose_rows(rows, table, source)
    shape = _name_columns(rows if chosen is None else rows[chosen], table, source)
    converted, same = convert_currencies(shape.rows, source, currencies)
    return ShapedRows(converted, shape.left_out, _compose_positions(chosen, shape.positions, same))


def _compose_positions(*kept: pl.Series | None) -> pl.Series | None:
    """Compose the positions of two successive selections; None for all."""
    remaining: pl.Series | None = None
    for positions in kept:
        if positions is not None:
            remaining = positions if remaining is None else remaining.gather(positions)
    return remaining


def _name_columns(rows: pl.DataFrame, table: Table, source: TableSource) -> ShapedRows:
    wanted = {
        **_match_contract(rows.columns, table),
        **source.columns,
        **_name_attributes(source.attributes),
        **{ID_PREFIX + kind: theirs for kind, theirs in source.identities.items()},
    }
    if list(rows.columns) == [SOURCE_TEXT]:  # next to the result of a query
        nothing = [pl.lit(None, pl.String).alias(column.name) for column in table.columns if column.required]
        return ShapedRows(rows.select(*nothing, SOURCE_TEXT), ())
    for name, theirs in wanted.items():
        require_column(table.name, theirs, rows.columns, column=name.removeprefix(ID_PREFIX))
    for name, clock in source.times_of_day.items():
        require_column(table.name, clock, rows.columns, key="times_of_day", column=name)
    _refuse_twins(rows.columns, table, source)
    chosen = {name: theirs for name, theirs in wanted.items() if name not in source.constants}
    columns = [_express_column(name, theirs, rows.schema, source).alias(name) for name, theirs in chosen.items()]
    if source.negative_amounts and IS_RETURN not in {*chosen, *source.constants}:
        columns.append(express_sign("amount", chosen["amount"], rows.schema, source).alias(IS_RETURN))
    constants = [_express_constant(rows, value).alias(name) for name, value in source.constants.items()]
    used = {*chosen.values(), *list_used_columns(source, rows.columns)}
    left_out = tuple(name for name in rows.columns if name not in used)
    return _drop_nobody(ShapedRows(rows.select(*columns, *constants), left_out), source.nobody)


def _refuse_twins(names: Sequence[str], table: Table, source: TableSource) -> None:
    """Refuse a column that is mapped by its own name if the header contains it twice."""
    for name in _match_contract(names, table):
        if f"{name} (2)" in names and name not in source.columns:
            raise DataError(
                table=table.name,
                column=name,
                expected="a header that names it once",
                found="it twice",
                fix=f'State which one: columns.{name} = "{name}" is the first, "{name} (2)" the second.',
            )


def _drop_nobody(shape: ShapedRows, nobody: Sequence[str]) -> ShapedRows:
    if not nobody or "customer_id" not in shape.rows.columns:
        return shape
    many = shape.rows["customer_id"].cast(pl.String, strict=False).str.strip_chars().is_in(list(nobody))
    is_somebody = ~many.fill_null(value=False)
    return (
        shape
        if is_somebody.all()
        else ShapedRows(shape.rows.filter(is_somebody), shape.left_out, is_somebody.arg_true())
    )


def _express_column(name: str, theirs: str, schema: pl.Schema, source: TableSource) -> pl.Expr:
    """Express a source column in the contract's words; attributes and ids as the section declares."""
    dtype = schema[theirs]
    if is_computed(name, source):
        return express_amount(name, theirs, schema, source)
    if name in source.times_of_day:
        return _express_time(theirs, source.times_of_day[name])
    value = _translate_values(theirs, dtype, source.values.get(name, {}))
    if name in source.ids:
        return rewrite_ids(value, source.ids[name])
    if name.startswith(ID_PREFIX):
        return normalize_identity(value, name.removeprefix(ID_PREFIX), source.country_code)
    if name.startswith("attr_") and dtype == pl.String:
        return normalize_numbers(value, source.decimal, source.symbols)
    return value


def _express_time(date: str, clock: str) -> pl.Expr:
    """Express a date and its time of day as one text; a date without a time is unchanged."""
    cells = [pl.col(name).cast(pl.String, strict=False).str.strip_chars() for name in (date, clock)]
    filled = [pl.when(cell != "").then(cell) for cell in cells]
    return pl.when(filled[0].is_not_null()).then(pl.concat_str(filled, separator=" ", ignore_nulls=True))


def name_attribute(theirs: str) -> str:
    """Return the attribute name of a source column.

    Examples
    --------
    >>> name_attribute("Código postal"), name_attribute("attr_plan")
    ('attr_codigo_postal', 'attr_plan')
    """
    plain = unicodedata.normalize("NFKD", theirs).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"\W+", "_", plain).strip("_")
    return name if name.startswith("attr_") else f"attr_{name}"


def _match_contract(names: Sequence[str], table: Table) -> Mapping[str, str]:
    return {name: name for name in names if name in {*table.names, SOURCE_TEXT} or _is_attribute(name, table)}


def _is_attribute(name: str, table: Table) -> bool:
    return table.name == "customers" and name.startswith("attr_")


def _name_attributes(theirs: Sequence[str]) -> Mapping[str, str]:
    return {name_attribute(name): name for name in theirs}


def _translate_values(theirs: str, dtype: pl.DataType, values: Mapping[str, object]) -> pl.Expr:
    value = pl.col(theirs)
    if not values:
        return value
    if dtype.is_float():  # the code 1 is read as 1.0 if some rows have none
        whole = value.cast(pl.Int64, strict=False)
        text = pl.when(whole == value).then(whole.cast(pl.String)).otherwise(value.cast(pl.String))
    else:
        text = value.cast(pl.String, strict=False).str.strip_chars()
    words = {theirs_word: _as_text(meant) for theirs_word, meant in values.items()}
    return text.replace(list(words), list(words.values()))


def _express_constant(rows: pl.DataFrame, value: object) -> pl.Expr:
    """Return a constant column; null for rows that could not be split into columns."""
    if SOURCE_TEXT not in rows.columns:
        return pl.lit(value)
    return pl.when(pl.col(SOURCE_TEXT).is_null()).then(pl.lit(value))


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
