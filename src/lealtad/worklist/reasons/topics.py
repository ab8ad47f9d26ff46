"""Topics of features: the contributions of one topic are added up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Topics:
    """The topic of each column of a model.

    Attributes
    ----------
    about
        One topic per column, in the order of the columns.
    """

    about: tuple[str, ...]

    @classmethod
    def from_columns(cls, columns: Sequence[str], topics: Mapping[str, str]) -> Topics:
        """Look up topics of columns; a column without one is its own topic, so that no contribution is lost."""
        return cls(tuple(topics.get(column, column) for column in columns))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every topic once, sorted."""
        return tuple(sorted(set(self.about)))

    @cached_property
    def members(self) -> tuple[NDArray[np.int64], ...]:
        """The positions of each topic's columns."""
        about = np.array(self.about)
        return tuple(np.flatnonzero(about == name) for name in self.names)

    def weights(self, contributions: Floats) -> Floats:
        """Add up contributions by topic: rows × columns → rows × topics; the sum of each row is unchanged.

        Examples
        --------
        >>> Topics(("tickets", "price", "tickets")).weights(np.array([[0.5, -1.0, 0.25]])).tolist()
        [[-1.0, 0.75]]
        """
        return np.stack([contributions[:, members].sum(axis=1) for members in self.members], axis=1)
