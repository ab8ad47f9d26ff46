"""What a contact changes: assignments, outcomes, and the chance that a contact saves a customer."""

from lealtad.company.playbook.belief import Belief
from lealtad.worklist.effect.assignments import assignments
from lealtad.worklist.effect.covariates import Covariate, covariates
from lealtad.worklist.effect.effect import Effect
from lealtad.worklist.effect.fitting import fit_effect
from lealtad.worklist.effect.lift import itt_lift, minimum_detectable_effect
from lealtad.worklist.effect.prior import Prior
from lealtad.worklist.effect.telling import by_action, in_a_line, matters

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
