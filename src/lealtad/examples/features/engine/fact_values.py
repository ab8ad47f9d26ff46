"""Values of facts: a column or an expression, under a condition, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    from collections.abc import Hashable

    from lealtad.examples.features.engine.grid import Mask, Matrix, Whole

What = str | pl.Expr


@dataclass(frozen=True)
class FactValues:
    """One number per fact.

    Attributes
    ----------
    question
        What was measured, to be found again.
    values
        0 where there is none; None: every fact measures 1.
    has_number
        Which facts have a number and meet the condition (None: all).
    """

    question: Hashable
    values: Matrix | None
    has_number: Mask | None

    @property
    def presence(self) -> FactValues:
        """Measure 1 for every fact that has a number."""
        return FactValues(None if self.has_number is None else ("given", self.question), None, self.has_number)

    @cached_property
    def weights(self) -> Matrix | None:
        """What each fact adds to a total; None: every fact adds 1."""
        if self.has_number is None:
            return self.values
        return (
            self.has_number.astype(np.float64)
            if self.values is None
            else np.where(self.has_number, self.values, 0.0)
        )

    @cached_property
    def chosen(self) -> Whole | None:
        """Positions of the facts that have a number; None: all."""
        return None if self.has_number is None else np.flatnonzero(self.has_number)

    def of(self, facts: Whole) -> Matrix:
        """Return what some facts (positions) measure: 0 for one that has no number."""
        values = np.ones(len(facts)) if self.values is None else self.values[facts]
        return values if self.has_number is None else np.where(self.has_number[facts], values, 0.0)


def measure_facts(rows: pl.DataFrame, what: What | None, where: pl.Expr | None) -> FactValues:
    """Evaluate a column or expression as numbers; nulls, NaN and infinities give none.

    Instants and durations count as their microseconds, booleans as 0 and 1.
    """
    mask = None if where is None else _find_met(rows, where)
    if what is None:
        return FactValues(identify_question(what, where), None, mask)
    values, finite = _to_numbers(_evaluate(rows, what, "what"))
    has_number = finite if mask is None else mask if finite is None else mask & finite
    return FactValues(identify_question(what, where), values, has_number)


def number_kinds(rows: pl.DataFrame, what: What) -> tuple[Whole, Mask]:
    """Give every different value of a column or expression of any type a number, and say which rows have one."""
    column = _evaluate(rows, what, "what")
    if column.dtype.is_float():
        column = column.to_frame("v").select(pl.when(pl.col("v").is_finite()).then("v"))["v"]
    values = column.to_frame("value")
    numbered = values.unique(maintain_order=True).with_row_index("kind")
    kind = values.join(numbered, on="value", how="left", nulls_equal=True, maintain_order="left")["kind"]
    return kind.cast(pl.Int64).to_numpy(), column.is_not_null().to_numpy()


def identify_question(what: What | None, where: pl.Expr | None) -> tuple[Hashable, ...]:
    """Return what distinguishes a measure under a condition from every other."""
    return tuple(part.meta.serialize() if isinstance(part, pl.Expr) else part for part in (what, where))


def _evaluate(rows: pl.DataFrame, what: What, place: str) -> pl.Series:
    expression = pl.col(what) if isinstance(what, str) else what
    _check_columns(rows, expression, place)
    if isinstance(what, str):
        return rows[what]
    # with_columns, not select: a literal gives one value per row
    name = expression.meta.output_name(raise_if_undetermined=False) or place
    values = rows.lazy().with_columns(expression.alias("__value")).select("__value").collect()["__value"]
    return values.alias(name)


def _find_met(rows: pl.DataFrame, where: pl.Expr) -> Mask | None:
    """Return which facts meet a condition (None: all); null is no."""
    column = _evaluate(rows, where, "where")
    if column.dtype not in (pl.Boolean, pl.Null):
        raise SettingsError(
            place=f"facts: where '{column.name}'",
            expected="a condition, true or false",
            found=f"values of type {column.dtype}",
            fix="Compare the column with a value, such as pl.col('amount') > 100.",
        )
    met = column.cast(pl.Boolean).fill_null(value=False)
    return None if met.all() else met.to_numpy()


def _to_numbers(column: pl.Series) -> tuple[Matrix, Mask | None]:
    """Return the finite values with 0 for what is not, and which are finite (None: all)."""
    if not (column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype in (pl.Boolean, pl.Null)):
        raise SettingsError(
            place=f"facts: '{column.name}'",
            expected="numbers, booleans or instants",
            found=f"values of type {column.dtype}",
            fix="Count different values with `distinct`, or turn them into numbers with an expression.",
        )
    numbers = column if column.dtype == pl.Float64 else column.cast(pl.Float64)
    values = (
        numbers.fill_null(np.nan) if numbers.null_count() else numbers
    ).to_numpy()  # to fill nothing copies all
    if np.isfinite(values.sum()):  # most columns are whole, and one sum states this
        return values, None
    finite = np.isfinite(values)
    return np.where(finite, values, 0.0), finite


def _check_columns(rows: pl.DataFrame, expression: pl.Expr, place: str) -> None:
    for name in expression.meta.root_names():
        if name not in rows.columns:
            raise SettingsError(
                place=f"facts: {place}",
                expected="a column of the facts",
                found=f"'{name}'",
                fix=suggest_name(name, rows.columns),
            )
