"""Frames in and out: pandas or Polars is accepted, and results have the kind of frame that the caller passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.contract.conversion import convert_column
from lealtad.sources.contract.reading import ISO
from lealtad.sources.contract.rules import require_readable
from lealtad.sources.contract.tables import Column, Kind, get_table

if TYPE_CHECKING:
    import pandas as pd

    from lealtad.sources.contract.tables import Table

Frame: TypeAlias = "pl.DataFrame | pd.DataFrame"
AnyFrame = TypeVar("AnyFrame", pl.DataFrame, "pd.DataFrame")
_FIX = "Pass the rows through lealtad.split, which parts them from the valid ones with their reason."


def read_rows(frame: Frame, table_name: str, needed: tuple[str, ...]) -> pl.DataFrame:
    """Return the frame in Polars and in the contract's types, refusing what cannot be read.

    Raises
    ------
    DataError
        If it is not a frame, a needed column is absent, a required one has nulls, or a value is unreadable or
        unknown.
    """
    table = get_table(table_name)
    rows = _drop_blanks(_add_zone(_to_polars(frame, table_name), table), table)
    for name in needed:
        _check_present(name, rows, table)
    for name in (name for name in table.names if name in rows.columns and rows.schema[name].is_nested()):
        raise _build_mixed_column_error(name, table_name)
    columns = (*table.columns, Column("known_at", Kind.INSTANT))
    other = [
        column
        for column in columns
        # a float column may hold NaN, which counts as null, and infinity, which is refused
        if column.name in rows.columns
        and (rows.schema[column.name] != column.kind.dtype or column.kind is Kind.NUMBER)
    ]
    for column in other:
        _check_readable(column, rows, table_name)
    typed = rows.with_columns(convert_column(column, rows.schema[column.name], ISO) for column in other)
    for column in (column for column in table.columns if column.one_of and column.name in needed):
        strange = typed.filter(~pl.col(column.name).is_in(column.one_of))
        refuse(strange, table_name, column.name, f"one of {', '.join(column.one_of)}", column.name)
    for column in (column for column in table.columns if column.name in rows.columns):
        _check_least(column, typed, table_name)
    return typed


def convert_like(frame: AnyFrame, result: pl.DataFrame) -> AnyFrame:
    """Return the result as the kind of frame that the caller passed."""
    return result if isinstance(frame, pl.DataFrame) else result.to_pandas()


def refuse(broken: pl.DataFrame, table: str, column: str, expected: str, shown: str = "") -> None:
    """Raise if any row breaks an expectation; the error shows column `shown` of the first.

    Raises
    ------
    DataError
        If `broken` has rows.
    """
    if broken.height:
        description = f"{broken.height} rows that break it"
        if shown:
            description += f", {shown} {broken.select(pl.col(shown).cast(pl.String).min()).item()} among them"
        raise DataError(table=table, column=column, expected=expected, found=description, fix=_FIX)


def _to_polars(frame: Frame, table: str) -> pl.DataFrame:
    import pandas as pd

    if isinstance(frame, pl.DataFrame):
        rows = frame
    elif isinstance(frame, pd.DataFrame):
        _check_headers(frame.columns, table)
        rows = pl.DataFrame([_to_series(name, frame[name], table) for name in frame.columns])
    else:
        raise DataError(
            table=table,
            expected="a pandas or Polars data frame",
            found=type(frame).__name__,
            fix="Collect or convert it first.",
        )
    for name in (name for name, dtype in rows.schema.items() if dtype == pl.Object):
        raise _build_mixed_column_error(name, table)
    return rows


def _check_headers(names: pd.Index[Any], table: str) -> None:
    twice = sorted({str(name) for name in names[names.duplicated()]})
    if twice:
        description = f"{', '.join(twice)} more than once"
        raise DataError(table=table, expected="each column once", found=description, fix="Rename or drop one.")


def _to_series(name: object, column: pd.Series[Any], table: str) -> pl.Series:
    import pandas as pd

    zone = None
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        # Polars reads zoned times through an attribute that pandas 3.1 deprecates
        zone, column = str(column.dt.tz), column.dt.tz_convert(None)
    try:
        values = pl.from_pandas(column, nan_to_null=True)
    except (OverflowError, TypeError, ValueError, pl.exceptions.PolarsError):
        raise _build_mixed_column_error(str(name), table) from None
    zoned = values if zone is None else values.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return zoned.alias(str(name))


def _build_mixed_column_error(name: str, table: str) -> DataError:
    return DataError(
        table=table,
        column=name,
        expected="values of one kind, numbers of at most 64 bits",
        found="values that fit no column",
        fix=f"Make them text first: frame['{name}'] = frame['{name}'].astype(str).",
    )


def _add_zone(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Keep the zone of the times as passed: it decides to which month an event belongs."""
    if "source_zone" in rows.columns:
        return rows
    instants = [column.name for column in table.columns if column.kind is Kind.INSTANT]
    first = [table.event_time] if table.event_time else []
    dtypes = (rows.schema[name] for name in (*first, *instants) if name in rows.columns)
    zones = [dtype.time_zone for dtype in dtypes if isinstance(dtype, pl.Datetime)]
    local = next((zone for zone in zones if zone not in (None, "UTC")), None)
    return rows if local is None else rows.with_columns(pl.lit(local).alias("source_zone"))


def _drop_blanks(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Turn empty texts into nulls, as a load does: they are not a ticket, a flag or a segment."""
    texts = [name for name in table.names if name in rows.columns and rows.schema[name] == pl.String]
    blank = [name for name in texts if (rows[name] == "").any()]
    return rows.with_columns(pl.when(pl.col(name) != "").then(name).alias(name) for name in blank)


def _check_present(name: str, rows: pl.DataFrame, table: Table) -> None:
    if name not in rows.columns:
        raise DataError(
            table=table.name,
            column=name,
            expected="a column of that name",
            found=f"only {', '.join(rows.columns) or 'no columns'}",
            fix="Rename or add the column in the source.",
        )
    column = table.column(name)
    empty = rows[name].null_count()
    if column is not None and column.required and empty:
        description = f"{empty} empty values"
        raise DataError(table=table.name, column=name, expected="no empty value", found=description, fix=_FIX)


def _check_readable(column: Column, rows: pl.DataFrame, table: str) -> None:
    rule = require_readable(column, rows.schema[column.name], ISO)
    unread = rows.filter(~rule.holds)
    refuse(unread, table, column.name, column.kind.sentence, column.name)


def _check_least(column: Column, rows: pl.DataFrame, table: str) -> None:
    if column.at_least is not None and not column.signed_by:
        below = rows.filter(pl.col(column.name) < column.at_least)
        refuse(below, table, column.name, f"at least {column.at_least:g}", column.name)
