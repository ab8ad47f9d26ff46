"""The effect of a contact: the chance that it saves a customer who would churn.

Owns the estimate from randomised campaigns and its prior. In: assignments with outcomes, and the features of their
customers. Out: an `Effect`, which says per customer and action what a contact saves, and on which evidence.
"""

from lealtad.company.playbook.belief import Belief
from lealtad.worklist.effect.assignments import read_campaign_assignments
from lealtad.worklist.effect.covariates import Covariate, list_covariates
from lealtad.worklist.effect.effect import Effect
from lealtad.worklist.effect.fitting import fit_effect
from lealtad.worklist.effect.lift import compute_itt_lift, compute_minimum_detectable_effect
from lealtad.worklist.effect.prior import Prior
from lealtad.worklist.effect.summary import summarize_actions, summarize_covariates, summarize_effect

__all__ = [
    "Belief",
    "Covariate",
    "Effect",
    "Prior",
    "compute_itt_lift",
    "compute_minimum_detectable_effect",
    "fit_effect",
    "list_covariates",
    "read_campaign_assignments",
    "summarize_actions",
    "summarize_covariates",
    "summarize_effect",
]
