"""The NPS of a whole base, estimated from the customers who answered.

In: rows with probabilities of answering and of each answer. Out: estimates with intervals and bounds.
"""

from lealtad.learning.response.nonresponse.estimates import compute_base_nps
from lealtad.learning.response.nonresponse.plots import plot_base_nps
from lealtad.learning.response.nonresponse.tilt import NO_TILT, Tilt, learn_tilt

__all__ = ["NO_TILT", "Tilt", "compute_base_nps", "learn_tilt", "plot_base_nps"]
