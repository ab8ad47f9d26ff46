"""Explaining: which columns a model uses, how a probability moves with a column, and which columns act together.

In: a fitted model and rows, later ones if there are any. Out: `compute_*` returns tables, `plot_*` only draws
them.
"""

from lealtad.learning.explaining.dependence import compute_dependence, compute_interactions
from lealtad.learning.explaining.explained import Explained
from lealtad.learning.explaining.importance import compute_importance, compute_importance_by
from lealtad.learning.explaining.judged_model import JudgedModel
from lealtad.learning.explaining.plots import plot_dependence, plot_importance

__all__ = [
    "Explained",
    "JudgedModel",
    "compute_dependence",
    "compute_importance",
    "compute_importance_by",
    "compute_interactions",
    "plot_dependence",
    "plot_importance",
]
