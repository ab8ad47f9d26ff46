"""Fitting: one fit of everything, from examples to one calibrated model with intervals.

In: examples, folds and a plan. Out: a fitted model, and predictions of rows by fits that had not seen them.
"""

from lealtad.learning.fitting.fitted_model import FittedModel, fit
from lealtad.learning.fitting.out_of_fold import fit_baseline, predict_baseline
from lealtad.learning.fitting.plan import FitPlan
from lealtad.learning.fitting.splitting import split_rows

__all__ = ["FitPlan", "FittedModel", "fit", "fit_baseline", "predict_baseline", "split_rows"]
