"""Models of feature rows, as they predict at the usual level of the season."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import polars as pl
    from numpy.typing import ArrayLike, NDArray

    from lealtad.learning.fitting import FittedModel


@dataclass(frozen=True)
class FeatureModel:
    """The fitted model of feature rows; an infinite value counts as missing, as in training."""

    fitted: FittedModel
    features: list[str]

    def predict(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """Return the probability of each row at the usual level."""
        values = rows.select(self.features).to_numpy()
        return self.fitted.predict(np.where(np.isinf(values), np.nan, values))


@dataclass(frozen=True)
class Incumbent:
    """The champion of feature rows."""

    champion: Callable[[pd.DataFrame], ArrayLike]
    features: list[str]

    def predict(self, rows: pl.DataFrame) -> NDArray[np.float64]:
        """Return the probability of each row at the usual level."""
        return np.asarray(self.champion(rows.select(self.features).to_pandas()), dtype=np.float64)
