"""Who would recommend: a probability for every customer, and the NPS of the whole base."""

from lealtad.learning.response.promoter.prediction import predict_promoters
from lealtad.learning.response.promoter.surveyed_base import SurveyedBase, build_surveyed_base

__all__ = ["SurveyedBase", "build_surveyed_base", "predict_promoters"]
