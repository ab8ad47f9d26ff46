"""The effect of a contact: the chance that it saves a customer who would churn.

Owns the estimate from randomised campaigns and its prior. In: assignments with outcomes, and the features of their
customers. Out: an `Effect`, which states per customer and action what a contact saves, and on which evidence.
"""

from lealtad.company.playbook.belief import Belief
from lealtad.experiments.effect.assignments import read_campaign_assignments
from lealtad.experiments.effect.covariates import Covariate, list_covariates
from lealtad.experiments.effect.effect import Effect
from lealtad.experiments.effect.fitting import fit_effect
from lealtad.experiments.effect.lift import compute_itt_lift
from lealtad.experiments.effect.prior import Prior
from lealtad.experiments.effect.summary import summarize_actions, summarize_covariates, summarize_effect

__all__ = [
    "Belief",
    "Covariate",
    "Effect",
    "Prior",
    "compute_itt_lift",
    "fit_effect",
    "list_covariates",
    "read_campaign_assignments",
    "summarize_actions",
    "summarize_covariates",
    "summarize_effect",
]
