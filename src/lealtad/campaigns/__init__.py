"""What a contact changes: assignments, outcomes, and the chance that a contact saves a customer."""

from lealtad.campaigns.assignments import assignments
from lealtad.campaigns.covariates import Covariate, covariates
from lealtad.campaigns.effect import Effect
from lealtad.campaigns.fitting import fit_effect
from lealtad.campaigns.lift import itt_lift, minimum_detectable_effect
from lealtad.campaigns.prior import Prior
from lealtad.campaigns.telling import by_action, in_a_line, matters
from lealtad.playbook.belief import Belief

__all__ = [
    "Belief",
    "Covariate",
    "Effect",
    "Prior",
    "assignments",
    "by_action",
    "covariates",
    "fit_effect",
    "in_a_line",
    "itt_lift",
    "matters",
    "minimum_detectable_effect",
]
