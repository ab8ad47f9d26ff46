"""Who would recommend: a probability for every customer, and the NPS of the whole base."""

from lealtad.learning.response.promoter.probabilities import predict_promoters
from lealtad.learning.response.promoter.surveyed import SurveyedBase, surveyed

__all__ = ["SurveyedBase", "predict_promoters", "surveyed"]
