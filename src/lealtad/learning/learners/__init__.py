"""Kinds of model behind one seam: how rows are fitted, and how a fitted text is read, scored and explained.

In: rows as doubles, and settings. Out: a model as text, its log-odds and contributions. The only home of LightGBM.
"""

from lealtad.learning.learners.examples import Examples
from lealtad.learning.learners.learner import Learner, Scorer, check_examples
from lealtad.learning.learners.lightgbm import LightGBM, make_classifier

__all__ = ["DEFAULT", "Examples", "Learner", "LightGBM", "Scorer", "check_examples", "make_classifier"]

DEFAULT: Learner = LightGBM()
