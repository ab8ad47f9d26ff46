"""What a contact changes: assignments, outcomes, and the chance that a contact saves a customer."""

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
