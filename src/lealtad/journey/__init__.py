"""The journey map: six stages, their touchpoints, and how well each does."""

from lealtad.journey.mapping import JourneyMap, journey_map
from lealtad.journey.page import write_page
from lealtad.journey.sheet import write_spreadsheet
from lealtad.journey.summary import judged
from lealtad.spreadsheet import write_csv

__all__ = ["JourneyMap", "journey_map", "judged", "write_csv", "write_page", "write_spreadsheet"]
