"""What a contact changes: assignments, outcomes, and the chance that a contact saves a customer."""

from lealtad.campaigns.assignments import assignments
from lealtad.campaigns.covariates import Covariate, covariates
from lealtad.campaigns.effect import Effect
from lealtad.campaigns.fitting import fit_effect
from lealtad.campaigns.lift import itt_lift, minimum_detectable_effect
from lealtad.campaigns.prior import Belief, Prior

__all__ = [
    "Belief",
    "Covariate",
    "Effect",
    "Prior",
    "assignments",
    "covariates",
    "fit_effect",
    "itt_lift",
    "minimum_detectable_effect",
]
