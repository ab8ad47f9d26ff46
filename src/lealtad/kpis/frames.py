"""Frames in and out: pandas or Polars come in, contract types inside, the caller's kind goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

import polars as pl

from lealtad.contract.conversion import converted
from lealtad.contract.reading import ISO
from lealtad.contract.rules import readable
from lealtad.contract.tables import Column, Kind, table_named
from lealtad.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from lealtad.contract.tables import Table

Frame: TypeAlias = "pl.DataFrame | pd.DataFrame"
AnyFrame = TypeVar("AnyFrame", pl.DataFrame, "pd.DataFrame")
_MEND = "Pass the rows through lealtad.contract.split, which parts them from the valid ones with their reason."


def rows_of(frame: Frame, table_name: str, needed: tuple[str, ...]) -> pl.DataFrame:
    """Return the frame in Polars and in the contract's types, refusing what cannot be read.

    Raises
    ------
    DataError
        If it is no frame, a needed column is absent, a required one has nulls, or a value is unreadable or
        unknown.
    """
    table = table_named(table_name)
    rows = _as_polars(frame, table_name)
    for name in needed:
        _check_present(name, rows, table)
    columns = (*table.columns, Column("known_at", Kind.INSTANT))
    other = [
        column
        for column in columns
        if column.name in rows.columns and rows.schema[column.name] != column.kind.dtype
    ]
    for column in other:
        _check_readable(column, rows, table_name)
    typed = rows.with_columns(converted(column, rows.schema[column.name], ISO) for column in other)
    for column in (column for column in table.columns if column.one_of and column.name in needed):
        strange = typed.filter(~pl.col(column.name).is_in(column.one_of))
        refuse(strange, table_name, column.name, f"one of {', '.join(column.one_of)}", column.name)
    return typed


def like(frame: AnyFrame, result: pl.DataFrame) -> AnyFrame:
    """Return the result as the kind of frame the caller gave."""
    return result if isinstance(frame, pl.DataFrame) else result.to_pandas()


def refuse(broken: pl.DataFrame, table: str, column: str, expected: str, shown: str = "") -> None:
    """Raise if any row breaks an expectation, showing the first one's value of `shown`, which names nobody.

    Raises
    ------
    DataError
        If `broken` has rows.
    """
    if broken.height:
        found = f"{broken.height} rows that break it"
        if shown:
            found += f", {shown} {broken.select(pl.col(shown).cast(pl.String).min()).item()} among them"
        raise DataError(table=table, column=column, expected=expected, found=found, mend=_MEND)


def _as_polars(frame: Frame, table: str) -> pl.DataFrame:
    import pandas as pd

    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pd.DataFrame):
        # Polars reads zoned times through an attribute that pandas 3.1 deprecates; no zone means UTC
        zoned = frame.select_dtypes("datetimetz").columns
        return pl.from_pandas(frame.assign(**{name: frame[name].dt.tz_convert(None) for name in zoned}))
    raise DataError(
        table=table,
        expected="a pandas or Polars data frame",
        found=type(frame).__name__,
        mend="Collect or convert it first.",
    )


def _check_present(name: str, rows: pl.DataFrame, table: Table) -> None:
    if name not in rows.columns:
        raise DataError(
            table=table.name,
            column=name,
            expected="a column of that name",
            found=f"only {', '.join(rows.columns) or 'no columns'}",
            mend="Rename or add the column in the source.",
        )
    column = table.column(name)
    if column is not None and column.required and rows[name].null_count():
        found = f"{rows[name].null_count()} empty values"
        raise DataError(table=table.name, column=name, expected="no empty value", found=found, mend=_MEND)


def _check_readable(column: Column, rows: pl.DataFrame, table: str) -> None:
    rule = readable(column, rows.schema[column.name], ISO)
    unread = rows.filter(~rule.holds)
    refuse(unread, table, column.name, column.kind.sentence, column.name)
