"""Choosing the settings of trees on folds that keep to the order of time, or to whole customers."""

from lealtad.learning.search.budget import Budget
from lealtad.learning.search.constraints import find_contradictions, read_directions
from lealtad.learning.search.examples import BinnedFold, Examples
from lealtad.learning.search.folds import Fold, split_by_group, split_forward
from lealtad.learning.search.search import TunedSettings, tune
from lealtad.learning.search.seasons import estimate_season_levels, estimate_typical_level

__all__ = [
    "BinnedFold",
    "Budget",
    "Examples",
    "Fold",
    "TunedSettings",
    "estimate_season_levels",
    "estimate_typical_level",
    "find_contradictions",
    "read_directions",
    "split_by_group",
    "split_forward",
    "tune",
]
