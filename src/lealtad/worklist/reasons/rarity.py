"""How rare a value is among the active customers of the night."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

MOST = 0.1  # larger shares are not rare
_LEAST = 0.01
_YEAR = 364
_SINCE = "days_since_"


@dataclass(frozen=True)
class Rarity:
    """Shares of active customers by value, read once per column.

    Attributes
    ----------
    read
        Returns the values of a column, one per active customer, null if unknown.
    """

    read: Callable[[str], pl.Series]

    @cached_property
    def _columns(self) -> dict[str, pl.Series]:
        return {}

    def compute_share(self, column: str, own: float, direction: int) -> float | None:
        """Return the share of customers with a value at least as bad; times since an event count within a year.

        Parameters
        ----------
        direction
            1 if churn rises with the value, -1 if it falls.

        Returns
        -------
        The share, at least 1 %; None if the value is not rare, or nothing is known.

        Examples
        --------
        >>> import polars as pl
        >>> Rarity(lambda column: pl.Series([0.0] * 95 + [1.0] * 5)).compute_share("reopened", 1.0, 1)
        0.05
        """
        if column not in self._columns:
            self._columns[column] = self.read(column)
        values = self._columns[column]
        if values.is_empty():
            return None
        if column.startswith(_SINCE):
            matches = values <= _YEAR
        else:
            matches = values >= own if direction > 0 else values <= own
        share = float(matches.fill_null(value=False).sum()) / len(values)
        return max(share, _LEAST) if share <= MOST else None
