"""The columns by which an effect may differ: interpretable situations, and groups of customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import polars as pl

from lealtad.experiments.effect.covariates import list_covariates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GROUPS = ("segment", "country", "language")
SCORES = ("churn", "promoter")
NUMBERS = ("tenure_days", "monthly_amount", "days_since_order", "orders_56d", "amount_56d", "touchpoints_28d")
SITUATIONS = (
    "days_since_own_contact", "oldest_open_ticket_days", "first_reply_business_hours_91d", "reopened_tickets_91d",
    "days_since_price_rise", "last_ease", "days_since_answer", "first_month_tickets", "retention_contacts_364d",
    "days_since_retention_contact",
)  # fmt: skip
FEATURES = frozenset((*NUMBERS, *SITUATIONS))
_NONE = "?"


@dataclass(frozen=True)
class GainColumns:
    """The columns of the matrix, in order: numbers, then codes of groups.

    Attributes
    ----------
    numbers
        Columns of `list_covariates`, features and scores.
    levels
        By group its values in the experiment; new values share a separate code.
    """

    numbers: tuple[str, ...]
    levels: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_rows(cls, rows: pl.DataFrame) -> Self:
        """Choose the existing columns with at least two values.

        Examples
        --------
        >>> rows = pl.DataFrame({"tenure_days": [10.0, 20.0], "segment": ["basic", None], "country": ["ES", "ES"]})
        >>> GainColumns.from_rows(rows)
        GainColumns(numbers=('tenure_days',), levels={'segment': ('?', 'basic')})
        """
        named = _compute_numbers(rows)
        numbers = tuple(name for name in named.columns if named[name].drop_nulls().n_unique() > 1)
        values = {group: _fill(rows, group).unique().sort().to_list() for group in GROUPS if group in rows.columns}
        return cls(numbers, {group: tuple(several) for group, several in values.items() if len(several) > 1})

    @property
    def categorical(self) -> tuple[int, ...]:
        """Positions of the codes."""
        return tuple(range(len(self.numbers), len(self.numbers) + len(self.levels)))

    def build(self, rows: pl.DataFrame) -> Floats:
        """Return the matrix of rows; NaN if a number is not known.

        Examples
        --------
        >>> columns = GainColumns(("tenure_days",), {"segment": ("basic", "premium")})
        >>> columns.build(pl.DataFrame({"tenure_days": [3.0, None], "segment": ["premium", "new"]})).tolist()
        [[3.0, 1.0], [nan, 2.0]]
        """
        named = _compute_numbers(rows)
        parts = [named[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in self.numbers]
        for group, levels in self.levels.items():
            codes = {value: code for code, value in enumerate(levels)}
            parts.append(
                _fill(rows, group)
                .replace_strict(codes, default=len(levels), return_dtype=pl.Int64)
                .cast(pl.Float64)
                .to_numpy()
            )
        return np.column_stack(parts) if parts else np.zeros((rows.height, 0))


def _compute_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    situations = [covariate.value.alias(covariate.name) for covariate in list_covariates(rows.columns)]
    return rows.select(*situations, *(name for name in (*NUMBERS, *SCORES) if name in rows.columns))


def _fill(rows: pl.DataFrame, group: str) -> pl.Series:
    return rows[group].cast(pl.String).fill_null(_NONE)
