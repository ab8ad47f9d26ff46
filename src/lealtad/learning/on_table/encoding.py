"""Encoding the columns of any table as doubles."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lealtad.base.errors import DataError, ModelError, suggest_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_MOST_LEVELS = 50  # with more levels, and fewer than two rows per level, a column is an identifier or numeric text


@dataclass(frozen=True)
class Encoding:
    """The learned encoding of a table's columns.

    Attributes
    ----------
    columns
        The columns that are read, in the order of the trees.
    levels
        By column that holds categories, its levels in the order of their codes.
    dropped
        Columns that are not read, and why.
    """

    columns: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]
    dropped: dict[str, str]

    @classmethod
    def learn(cls, rows: pd.DataFrame) -> Encoding:
        """Learn which columns to read, and the levels of those that hold text.

        Columns that are all null, constant, times, or text that is different in most rows are left out, and named.

        Raises
        ------
        DataError
            If no column is left.

        Examples
        --------
        >>> found = Encoding.learn(pd.DataFrame({"plan": ["a", "b"], "age": [31, 45], "one": [1, 1]}))
        >>> found.columns, found.levels, found.dropped
        (('plan', 'age'), {'plan': ('a', 'b')}, {'one': 'constant'})
        """
        dropped = {name: reason for name in rows.columns if (reason := _reason_to_drop(rows[name]))}
        columns = tuple(name for name in rows.columns if name not in dropped)
        if not columns:
            raise DataError(
                table="own table",
                expected="a column to learn from",
                found=", ".join(f"{name} ({reason})" for name, reason in dropped.items()) or "none",
                fix="Pass columns whose values differ between customers.",
            )
        levels = {name: _list_levels(rows[name]) for name in columns if not _is_number(rows[name])}
        return cls(columns, levels, dropped)

    @property
    def categorical(self) -> tuple[int, ...]:
        """Positions of the columns that hold codes of categories."""
        return tuple(self.columns.index(name) for name in self.levels)

    @property
    def levels_by_position(self) -> dict[int, tuple[str, ...]]:
        """The levels of each category, by the position of its column."""
        return {self.columns.index(name): levels for name, levels in self.levels.items()}

    def matrix(self, rows: pd.DataFrame) -> tuple[NDArray[np.float64], dict[str, str]]:
        """Return the rows as doubles (NaN for null), and by column what could not be taken as it was.

        A level that was never seen and an infinite value count as missing.

        Raises
        ------
        ModelError
            If a column is missing.
        DataError
            If a column of numbers holds something else.
        """
        for name in self.columns:
            if name not in rows.columns:
                raise ModelError(
                    model="own table",
                    expected=f"the column '{name}'",
                    found="none of this name",
                    fix=suggest_name(name, [str(column) for column in rows.columns]),
                )
        read = {name: self._read(name, rows[name]) for name in self.columns}
        notes = {name: note for name, (_, note) in read.items() if note}
        return np.column_stack([values for values, _ in read.values()]), notes

    def _read(self, name: str, column: pd.Series[Any]) -> tuple[NDArray[np.float64], str]:
        if name in self.levels:
            position = {level: float(code) for code, level in enumerate(self.levels[name])}
            codes = column.astype(object).map(lambda value: position.get(str(value), np.nan)).where(column.notna())
            unseen = int((codes.isna() & column.notna()).sum())
            return np.asarray(codes, dtype=np.float64), f"{unseen} of unseen levels" if unseen else ""
        values = _to_numbers(name, column)
        endless = np.isinf(values)
        return np.where(endless, np.nan, values), f"{int(endless.sum())} infinite" if endless.any() else ""

    def to_text(self) -> dict[str, Any]:
        """Return the columns and levels as JSON types."""
        return {name: list(value) if name == "columns" else value for name, value in asdict(self).items()}

    @classmethod
    def from_text(cls, stored: Mapping[str, Any]) -> Encoding:
        """Read what `to_text` returned."""
        levels = {name: tuple(values) for name, values in stored["levels"].items()}
        return cls(tuple(stored["columns"]), levels, dict(stored["dropped"]))


def _is_number(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column))


def _reason_to_drop(column: pd.Series[Any]) -> str:
    """Return why a column cannot be used; empty if it can."""
    if column.isna().all():
        return "all null"
    if _is_number(column):
        return "constant" if not column.isna().any() and column.min() == column.max() else ""
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        return "a time; give days since it instead"
    distinct = column.astype(object).map(str).nunique(dropna=False)
    if distinct == 1:
        return "constant"
    if distinct > max(_MOST_LEVELS, column.notna().sum() / 2):
        return f"text with {distinct} values, as an identifier; convert it if it holds numbers"
    return ""


def _list_levels(column: pd.Series[Any]) -> tuple[str, ...]:
    return tuple(sorted(set(column.dropna().map(str))))


def _to_numbers(name: str, column: pd.Series[Any]) -> NDArray[np.float64]:
    try:
        return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise DataError(
            table="own table",
            column=name,
            expected="numbers, as in training",
            found=str(error),
            fix="Convert the column first.",
        ) from error
