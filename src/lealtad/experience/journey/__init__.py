"""The journey map: six stages, their touchpoints, and how well each does."""

from lealtad.base.spreadsheet import write_csv
from lealtad.experience.journey.mapping import JourneyMap, journey_map
from lealtad.experience.journey.page import write_page
from lealtad.experience.journey.sheet import write_spreadsheet
from lealtad.experience.journey.summary import judged

__all__ = ["JourneyMap", "journey_map", "judged", "write_csv", "write_page", "write_spreadsheet"]
