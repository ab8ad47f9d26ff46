"""The grid: every customer of one bucket at every as-of date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Matrix = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True)
class Grid:
    """The rows of a feature table: every customer of one bucket at every as-of date.

    Attributes
    ----------
    customer_ids
        Customer ids, sorted and unique.
    as_of
        Microseconds since 1970 (UTC), ascending, unique.
    """

    customer_ids: pl.Series
    as_of: Whole

    @classmethod
    def of(cls, customer_ids: pl.Series, as_of: Sequence[datetime]) -> Grid:
        """Build the grid of the customers (any order, repeats allowed) and the dates."""
        dates = pl.Series(sorted(set(as_of)), dtype=INSTANT)
        # a customer's rows mostly stand together: few are left to compare
        runs = customer_ids.drop_nulls().rle().struct.field("value")
        return cls(runs.unique().sort().alias("customer_id"), dates.to_physical().to_numpy())

    @property
    def shape(self) -> tuple[int, int]:
        """Customers × as-of dates."""
        return self.customers, len(self.as_of)

    @property
    def customers(self) -> int:
        """The number of customers."""
        return self.customer_ids.len()
