"""Who would recommend: a probability for every customer, and the NPS of the whole base."""

from lealtad.learning.response.promoter.probabilities import promoter_probabilities
from lealtad.learning.response.promoter.surveyed import Surveyed, surveyed

__all__ = ["Surveyed", "promoter_probabilities", "surveyed"]
