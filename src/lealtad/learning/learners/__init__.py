"""Kinds of model behind one interface: fitting rows, and reading, scoring and explaining a fitted text.

In: rows as doubles, and settings. Out: a model as text, its log-odds and contributions. Only this package imports
LightGBM.
"""

from lealtad.learning.learners.examples import Examples
from lealtad.learning.learners.kinds import AnyLearner, choose_learner, find_reader, list_parts
from lealtad.learning.learners.learner import FitPath, Learner, Scorer, check_examples
from lealtad.learning.learners.lightgbm import LightGBM, make_classifier
from lealtad.learning.learners.logistic import Logistic
from lealtad.learning.learners.mean import Mean

__all__ = [
    "DEFAULT",
    "AnyLearner",
    "Examples",
    "FitPath",
    "Learner",
    "LightGBM",
    "Logistic",
    "Mean",
    "Scorer",
    "check_examples",
    "choose_learner",
    "find_reader",
    "list_parts",
    "make_classifier",
]

DEFAULT: Learner = LightGBM()
