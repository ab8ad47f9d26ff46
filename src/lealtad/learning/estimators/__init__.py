"""scikit-learn compatible models, and the calibrations of their scores."""

from lealtad.learning.estimators.averaged import averaged
from lealtad.learning.estimators.band import ConfidenceBand
from lealtad.learning.estimators.baselines import baselines
from lealtad.learning.estimators.beta import BetaCalibration
from lealtad.learning.estimators.calibration import Calibration
from lealtad.learning.estimators.choosing import choose_calibration, read_calibration
from lealtad.learning.estimators.isotonic import IsotonicCalibration
from lealtad.learning.estimators.one_column import OneColumnClassifier
from lealtad.learning.estimators.platt import PlattCalibration
from lealtad.learning.estimators.temperature import TemperatureCalibration
from lealtad.learning.estimators.uncalibrated import NoCalibration
from lealtad.learning.season.level import Level
from lealtad.learning.season.season import Cohort, Season

__all__ = [
    "BetaCalibration",
    "Calibration",
    "Cohort",
    "ConfidenceBand",
    "IsotonicCalibration",
    "Level",
    "NoCalibration",
    "OneColumnClassifier",
    "PlattCalibration",
    "Season",
    "TemperatureCalibration",
    "averaged",
    "baselines",
    "choose_calibration",
    "read_calibration",
]
