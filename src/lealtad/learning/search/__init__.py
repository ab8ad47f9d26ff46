"""Choosing the settings of trees on folds that keep to the order of time, or to whole customers."""

from lealtad.learning.search.budget import Budget
from lealtad.learning.search.constraints import contradicted, monotone
from lealtad.learning.search.examples import Examples, Part
from lealtad.learning.search.folds import Fold, forward_row_folds, grouped_folds
from lealtad.learning.search.search import Tuned, tune
from lealtad.learning.search.seasons import season_levels, typical_level

__all__ = [
    "Budget",
    "Examples",
    "Fold",
    "Part",
    "Tuned",
    "contradicted",
    "forward_row_folds",
    "grouped_folds",
    "monotone",
    "season_levels",
    "tune",
    "typical_level",
]
