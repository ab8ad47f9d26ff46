"""The search of a model's settings, on folds that keep to the order of time or to whole customers.

In: examples and a learner. Out: folds, and the settings that did best on them. The only home of Optuna.
"""

from lealtad.learning.search.budget import Budget
from lealtad.learning.search.candidates import Candidate, SearchResult, TunedSettings, weigh_folds
from lealtad.learning.search.constraints import find_contradictions, read_directions
from lealtad.learning.search.folds import Fold, PreparedFold, prepare_fold, split_by_group, split_forward
from lealtad.learning.search.search import fit_candidate, tune
from lealtad.learning.search.seasons import (
    estimate_season_levels,
    estimate_typical_level,
    follows_trend,
    number_seasons,
)

__all__ = [
    "Budget",
    "Candidate",
    "Fold",
    "PreparedFold",
    "SearchResult",
    "TunedSettings",
    "estimate_season_levels",
    "estimate_typical_level",
    "find_contradictions",
    "fit_candidate",
    "follows_trend",
    "number_seasons",
    "prepare_fold",
    "read_directions",
    "split_by_group",
    "split_forward",
    "tune",
    "weigh_folds",
]
