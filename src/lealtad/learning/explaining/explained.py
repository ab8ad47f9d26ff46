"""The explanations that trained models offer, on a lake and on a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.learning.explaining.dependence import compute_dependence, compute_interactions
from lealtad.learning.explaining.importance import compute_importance
from lealtad.learning.explaining.plots import plot_dependence, plot_importance

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from lealtad.learning.explaining.judged_model import JudgedModel


class Explained:
    """The explanations of a trained model; a subclass states on which rows (`explained_on`)."""

    @property
    def explained_on(self) -> JudgedModel:
        """The model with the rows that it is explained on."""
        raise NotImplementedError

    def importance(self) -> pl.DataFrame:
        """Return the importance of each column; see `compute_importance`."""
        return compute_importance(self.explained_on)

    def dependence(self, column: str) -> pl.DataFrame:
        """Return how the log-odds move with a column; see `compute_dependence`."""
        return compute_dependence(self.explained_on, column)

    def interactions(self) -> pl.DataFrame:
        """Return which columns act together; see `compute_interactions`."""
        return compute_interactions(self.explained_on)

    def plot_importance(self) -> Figure:
        """Draw the columns that contribute most."""
        return plot_importance(self.importance())

    def plot_dependence(self, column: str) -> Figure:
        """Draw how the log-odds move with a column."""
        words = {"title": f"How the log-odds move with {column}", "x": column, "y": "contribution to the log-odds"}
        return plot_dependence(self.dependence(column), words=words)
