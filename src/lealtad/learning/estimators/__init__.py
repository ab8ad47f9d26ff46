"""scikit-learn compatible models, and the calibrations of their scores."""

from lealtad.learning.estimators.averaged import averaged
from lealtad.learning.estimators.band import Band
from lealtad.learning.estimators.baselines import baselines
from lealtad.learning.estimators.beta import Beta
from lealtad.learning.estimators.calibration import Calibration
from lealtad.learning.estimators.choosing import choose_calibration, read_calibration
from lealtad.learning.estimators.isotonic import Isotonic
from lealtad.learning.estimators.one_column import OneColumnClassifier
from lealtad.learning.estimators.platt import Platt
from lealtad.learning.estimators.temperature import Temperature
from lealtad.learning.estimators.uncalibrated import Uncalibrated
from lealtad.learning.season.level import Level
from lealtad.learning.season.season import Cohort, Season

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
