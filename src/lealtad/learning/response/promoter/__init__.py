"""Promoters: a probability for every active customer, and the base that the NPS of all is estimated from.

In: a lake with surveys, and models of answering and recommending. Out: promoter probabilities, a surveyed base.
"""

from lealtad.learning.response.promoter.prediction import predict_promoters
from lealtad.learning.response.promoter.surveyed_base import SurveyedBase, build_surveyed_base

__all__ = ["SurveyedBase", "build_surveyed_base", "predict_promoters"]
