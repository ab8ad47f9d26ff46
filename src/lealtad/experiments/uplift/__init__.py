"""Uplift: which customers gain from a message, how well they are ranked, and whether choosing by uplift pays.

In: a matrix, the outcome, and a random treatment. Out: estimators of the effect per row, Qini and AUTOC
with paired bootstrap, and the value of policies by doubly robust scores.
"""

from lealtad.experiments.uplift.comparison import compare_rankings
from lealtad.experiments.uplift.dr_learner import DRLearner
from lealtad.experiments.uplift.interactions import InteractionLogit
from lealtad.experiments.uplift.list_effect import ListEffect
from lealtad.experiments.uplift.policy import PolicyChoice, choose_policy, compute_policy_value
from lealtad.experiments.uplift.qini import compute_qini, compute_qini_curve
from lealtad.experiments.uplift.rate import compute_autoc
from lealtad.experiments.uplift.response_model import LearnerModel, LogitModel
from lealtad.experiments.uplift.scores import compute_doubly_robust_scores
from lealtad.experiments.uplift.two_models import TwoModels
from lealtad.experiments.uplift.x_learner import XLearner

__all__ = [
    "DRLearner",
    "InteractionLogit",
    "LearnerModel",
    "ListEffect",
    "LogitModel",
    "PolicyChoice",
    "TwoModels",
    "XLearner",
    "choose_policy",
    "compare_rankings",
    "compute_autoc",
    "compute_doubly_robust_scores",
    "compute_policy_value",
    "compute_qini",
    "compute_qini_curve",
]
