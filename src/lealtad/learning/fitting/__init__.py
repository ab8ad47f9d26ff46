"""From examples to one calibrated model: parts in time, search, averaged seeds, calibration, certainty."""

from lealtad.learning.fitting.fitted import FittedModel, fit
from lealtad.learning.fitting.out_of_fold import fit_baseline, predict_baseline
from lealtad.learning.fitting.parting import split_rows
from lealtad.learning.fitting.plan import FitPlan

__all__ = ["FitPlan", "FittedModel", "fit", "fit_baseline", "predict_baseline", "split_rows"]
