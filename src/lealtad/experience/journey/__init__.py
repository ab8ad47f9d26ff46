"""The journey map: six stages, their touchpoints, and the figures of each.

In: a lake and the settings. Out: one tidy frame and a page. Uses no models.
"""

from lealtad.experience.journey.cards import ExperimentLink, JourneyWeights, TouchpointWeight
from lealtad.experience.journey.mapping import JourneyMap, compute_journey_map
from lealtad.experience.journey.page import write_page
from lealtad.experience.journey.summary import select_judged_figures

__all__ = [
    "ExperimentLink",
    "JourneyMap",
    "JourneyWeights",
    "TouchpointWeight",
    "compute_journey_map",
    "select_judged_figures",
    "write_page",
]
