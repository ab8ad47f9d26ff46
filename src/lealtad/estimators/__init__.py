"""scikit-learn compatible models, and the calibrations of their scores."""

from lealtad.estimators.averaged import averaged
from lealtad.estimators.band import Band
from lealtad.estimators.baselines import baselines
from lealtad.estimators.beta import Beta
from lealtad.estimators.calibration import Calibration
from lealtad.estimators.choosing import choose_calibration, read_calibration
from lealtad.estimators.isotonic import Isotonic
from lealtad.estimators.level import Level
from lealtad.estimators.one_column import OneColumnClassifier
from lealtad.estimators.platt import Platt
from lealtad.estimators.season import Cohort, Season
from lealtad.estimators.temperature import Temperature
from lealtad.estimators.uncalibrated import Uncalibrated

__all__ = [
    "Band",
    "Beta",
    "Calibration",
    "Cohort",
    "Isotonic",
    "Level",
    "OneColumnClassifier",
    "Platt",
    "Season",
    "Temperature",
    "Uncalibrated",
    "averaged",
    "baselines",
    "choose_calibration",
    "read_calibration",
]
