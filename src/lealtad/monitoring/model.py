"""The model that is monitored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray


@dataclass(frozen=True)
class MonitoredModel:
    """What a model reads, and how it scores customers.

    Attributes
    ----------
    features
        The columns it reads.
    score
        Returns the probability of each row.
    rests_on
        By column, the company's tables that it is computed from.
    """

    features: Sequence[str]
    score: Callable[[pl.DataFrame], NDArray[np.float64]]
    rests_on: Mapping[str, Collection[str]] = field(default_factory=dict)
