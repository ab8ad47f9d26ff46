"""Checking a user's table: columns, outcomes, times and groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl

from lealtad.base.errors import DataError, TooLittleDataError, suggest_name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Rows = pd.DataFrame | pl.DataFrame

LEAST_OUTCOMES = 25  # of each kind, for meaningful calibration and lift


@dataclass(frozen=True)
class CheckedTable:
    """Rows that can be learned from.

    Attributes
    ----------
    rows
        The columns to learn from; index 0, 1, 2 …
    happened
        1.0 or 0.0 per row.
    days
        The time of each row, in days (or in the unit of given numbers); None without time.
    customers
        The customer of each row; without groups, each row is its own customer.
    """

    rows: pd.DataFrame
    happened: NDArray[np.float64]
    days: NDArray[np.float64] | None
    customers: NDArray[Any]


def check_table(
    X: Rows, y: ArrayLike, time: ArrayLike | str | None, groups: ArrayLike | str | None
) -> CheckedTable:
    """Check a user's table; `time` and `groups` may be names of columns, which are then not features.

    Raises
    ------
    DataError
        If X is not a frame or has a column twice, if lengths differ, or outcomes, times or groups cannot be read.
    TooLittleDataError
        If there are fewer than 25 rows of either outcome; the message states how many more are needed.
    """
    rows = to_pandas(X).reset_index(drop=True)
    happened = _read_outcomes(y, len(rows))
    days = None if time is None else _read_days(_find_column(rows, time, "time"), len(rows))
    customers = (
        np.arange(len(rows)) if groups is None else _read_groups(_find_column(rows, groups, "groups"), len(rows))
    )
    named = [key for key in (time, groups) if isinstance(key, str)]
    for kind, count in (("1", happened.sum()), ("0", len(rows) - happened.sum())):
        if count < LEAST_OUTCOMES:
            raise TooLittleDataError(
                what=f"rows with outcome {kind}",
                needed=LEAST_OUTCOMES,
                found=int(count),
                fix=f"Pass {LEAST_OUTCOMES - int(count)} more; fewer are not enough to learn from.",
            )
    return CheckedTable(rows.drop(columns=named), happened, days, customers)


def to_pandas(X: Rows) -> pd.DataFrame:
    """Return the table as pandas.

    Raises
    ------
    DataError
        If it is not a pandas or Polars frame, or has two columns of one name.
    """
    rows = X.to_pandas() if isinstance(X, pl.DataFrame) else X
    if not isinstance(rows, pd.DataFrame):
        raise _table_error(
            "X",
            "a pandas or Polars frame",
            type(X).__name__,
            "Pass a frame; for a lake call lealtad.train(lake, definition).",
        )
    rows = rows.set_axis([str(name) for name in rows.columns], axis=1)
    twice = sorted(set(rows.columns[rows.columns.duplicated()]))
    if twice:
        raise _table_error(
            "X", "each column name once", f"{', '.join(twice)} more than once", "Rename or drop one."
        )
    return rows


def _read_outcomes(y: ArrayLike, count: int) -> NDArray[np.float64]:
    values = _read_column("y", y, count)
    outcomes = set(values.unique())
    if not outcomes <= {0, 1}:
        shown = ", ".join(repr(value) for value in sorted(outcomes, key=str)[:5])
        raise _table_error("y", "outcomes 0 and 1", shown, "Say which outcome is 1: y = (column == 'Yes').")
    return np.asarray(values, dtype=np.float64)


def _read_days(values: pd.Series[Any], count: int) -> NDArray[np.float64]:
    column = _read_column("time", values, count)
    if pd.api.types.is_datetime64_any_dtype(column):
        moments = pd.to_datetime(column, utc=True).to_numpy("datetime64[us]")
        return np.asarray(moments.astype(np.int64) / 86_400e6)
    if pd.api.types.is_numeric_dtype(column) and np.isfinite(np.asarray(column, dtype=np.float64)).all():
        return np.asarray(column, dtype=np.float64)
    raise _table_error(
        "time", "datetimes or finite numbers", str(column.dtype), "Convert it: pandas.to_datetime(time)."
    )


def _read_groups(values: pd.Series[Any], count: int) -> NDArray[Any]:
    return np.asarray(pd.factorize(_read_column("groups", values, count))[0])


def _find_column(rows: pd.DataFrame, values: ArrayLike | str, what: str) -> Any:
    if not isinstance(values, str):
        return values
    if values not in rows.columns:
        raise _table_error(what, "a column of X", f"none named '{values}'", suggest_name(values, rows.columns))
    return rows[values]


def _read_column(what: str, values: Any, count: int) -> pd.Series[Any]:
    column = pd.Series(values.to_pandas() if isinstance(values, pl.Series) else values).reset_index(drop=True)
    if len(column) != count:
        raise _table_error(
            what, f"{count} values, one per row of X", f"{len(column)}", "Take them from the same table."
        )
    if column.isna().any():
        raise _table_error(what, "no null", f"{int(column.isna().sum())}", "Leave out the rows that lack it.")
    return column


def _table_error(column: str, expected: str, found: str, fix: str) -> DataError:
    return DataError(table="own table", column=column, expected=expected, found=found, fix=fix)
