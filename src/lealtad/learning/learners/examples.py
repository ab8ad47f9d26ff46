"""What a model learns from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Examples:
    """Rows as doubles with NaN for null, categories as codes, and the outcome of each.

    Attributes
    ----------
    values
        Rows × columns.
    happened
        1 or 0 per row.
    categorical
        Positions of the columns that hold codes of categories.
    directions
        Monotone direction of each column; empty if all are free.
    level
        Log-odds of each row that are given, not learned, such as those of its season; None learns one level for
        all.
    weight
        Weight of each row; None counts each once.
    columns
        Names of the columns; empty if they have none.
    levels
        By position of a category, its levels in the order of their codes.
    """

    values: NDArray[np.float64]
    happened: NDArray[np.float64]
    categorical: tuple[int, ...] = ()
    directions: tuple[int, ...] = ()
    level: NDArray[np.float64] | None = None
    weight: NDArray[np.float64] | None = None
    columns: tuple[str, ...] = ()
    levels: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def select_rows(self, rows: NDArray[np.int_]) -> Examples:
        """Return some of the rows."""
        return replace(
            self,
            values=self.values[rows],
            happened=self.happened[rows],
            level=None if self.level is None else self.level[rows],
            weight=None if self.weight is None else self.weight[rows],
        )
