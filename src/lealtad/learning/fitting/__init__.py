"""From examples to one calibrated model: parts in time, search, averaged seeds, calibration, certainty."""

from lealtad.learning.fitting.fitted import Fitted, fit
from lealtad.learning.fitting.out_of_fold import baseline_fitted, baseline_probability
from lealtad.learning.fitting.parting import parted
from lealtad.learning.fitting.plan import Plan

__all__ = ["Fitted", "Plan", "baseline_fitted", "baseline_probability", "fit", "parted"]
