"""From examples to one calibrated model: parts in time, search, averaged seeds, calibration, certainty."""

from lealtad.fitting.fitted import Fitted, fit
from lealtad.fitting.out_of_fold import baseline_fitted, baseline_probability
from lealtad.fitting.parting import parted
from lealtad.fitting.plan import Plan

__all__ = ["Fitted", "Plan", "baseline_fitted", "baseline_probability", "fit", "parted"]
