"""Survival: how long customers will stay, in hazards of short steps of time and curves made of them.

In: durations, some censored, and features. Out: curves, and how good they are.
"""

from lealtad.learning.survival.baselines import constant_hazard, kaplan_meier
from lealtad.learning.survival.curves import Curves
from lealtad.learning.survival.discrete_hazard import DiscreteHazard
from lealtad.learning.survival.durations import Durations
from lealtad.learning.survival.measures import compute_brier, compute_concordance, compute_integrated_brier
from lealtad.learning.survival.training import SurvivalModel, train_survival

__all__ = [
    "Curves",
    "DiscreteHazard",
    "Durations",
    "SurvivalModel",
    "compute_brier",
    "compute_concordance",
    "compute_integrated_brier",
    "constant_hazard",
    "kaplan_meier",
    "train_survival",
]
