"""scikit-learn compatible models."""

from lealtad.estimators.baselines import baselines
from lealtad.estimators.forward_calibrated import ForwardCalibratedClassifier
from lealtad.estimators.one_column import OneColumnClassifier
from lealtad.estimators.platt import Platt

__all__ = ["ForwardCalibratedClassifier", "OneColumnClassifier", "Platt", "baselines"]
