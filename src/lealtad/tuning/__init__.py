"""Choosing the settings of trees on folds that keep to the order of time, or to whole customers."""

from lealtad.tuning.budget import Budget
from lealtad.tuning.constraints import contradicted, monotone
from lealtad.tuning.examples import Examples, Part
from lealtad.tuning.folds import Fold, forward_row_folds, grouped_folds
from lealtad.tuning.search import Tuned, tune
from lealtad.tuning.seasons import season_levels, typical_level

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
