"""A fitted model with the rows that it is explained on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.learners import Scorer

MOST_ROWS = 4_000  # for contributions and permutations


@dataclass(frozen=True)
class JudgedModel:
    """A model, and rows with their outcomes.

    Attributes
    ----------
    scorer
        The fitted model.
    values
        Rows × columns, NaN for null.
    happened
        1 or 0 per row.
    columns
        Names of the columns.
    customers
        The customer of each row.
    levels
        By category, its levels in the order of their codes.
    """

    scorer: Scorer
    values: NDArray[np.float64]
    happened: NDArray[np.float64]
    columns: Sequence[str]
    customers: NDArray[Any]
    levels: Mapping[str, Sequence[str]]

    def sample(self, seed: int = 7, most: int = MOST_ROWS) -> JudgedModel:
        """Return the model with at most that many of the rows, drawn at random; always the same ones."""
        if len(self.happened) <= most:
            return self
        rows = np.sort(np.random.default_rng(seed).permutation(len(self.happened))[:most])
        return JudgedModel(
            self.scorer, self.values[rows], self.happened[rows], self.columns, self.customers[rows], self.levels
        )

    @cached_property
    def contributions(self) -> NDArray[np.float64]:
        """What each column adds to the log-odds of each row, rows × columns."""
        return self.scorer.explain(self.values)

    def locate(self, column: str) -> int:
        """Return the position of a column.

        Raises
        ------
        SettingsError
            If there is none of this name.
        """
        if column not in self.columns:
            raise SettingsError(
                place="column",
                expected="a column of the model",
                found=f"'{column}'",
                fix=suggest_name(column, self.columns),
            )
        return list(self.columns).index(column)
