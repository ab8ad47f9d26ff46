"""Baselines that every model is compared with, calibrations of raw scores, and intervals of probabilities.

In: numbers and outcomes. Out: estimators with scikit-learn's interface.
"""

from lealtad.learning.estimators.band import ConfidenceBand
from lealtad.learning.estimators.baseline_models import make_baselines
from lealtad.learning.estimators.beta import BetaCalibration
from lealtad.learning.estimators.calibration import Calibration
from lealtad.learning.estimators.calibration_choice import choose_calibration, read_calibration
from lealtad.learning.estimators.isotonic import IsotonicCalibration
from lealtad.learning.estimators.one_column import OneColumnClassifier
from lealtad.learning.estimators.platt import PlattCalibration
from lealtad.learning.estimators.temperature import TemperatureCalibration
from lealtad.learning.estimators.uncalibrated import NoCalibration

__all__ = [
    "BetaCalibration",
    "Calibration",
    "ConfidenceBand",
    "IsotonicCalibration",
    "NoCalibration",
    "OneColumnClassifier",
    "PlattCalibration",
    "TemperatureCalibration",
    "choose_calibration",
    "make_baselines",
    "read_calibration",
]
