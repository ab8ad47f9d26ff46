"""Fitting: from examples to one calibrated model with intervals.

In: examples, folds and a plan. Out: a fitted model, and out-of-fold predictions.
"""

from lealtad.learning.fitting.date_levels import estimate_date_levels
from lealtad.learning.fitting.fitted_model import FittedModel, fit
from lealtad.learning.fitting.members import Recipe, fit_members
from lealtad.learning.fitting.nested import SMALL, predict_nested
from lealtad.learning.fitting.out_of_fold import fit_baseline, predict_baseline
from lealtad.learning.fitting.plan import FitPlan
from lealtad.learning.fitting.splitting import describe_few_folds, split_rows

__all__ = [
    "SMALL",
    "FitPlan",
    "FittedModel",
    "Recipe",
    "describe_few_folds",
    "estimate_date_levels",
    "fit",
    "fit_baseline",
    "fit_members",
    "predict_baseline",
    "predict_nested",
    "split_rows",
]
