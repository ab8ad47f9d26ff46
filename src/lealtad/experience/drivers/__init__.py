"""Which touchpoints and moments decide loyalty: importance, performance, reach, and what fixing them would bring.

In: a lake and the settings, or a table of survey answers. Out: tidy frames, a page and sheets.
Knows no models of `learning`: importance and effects are closed forms on moments of the examples.
"""

from lealtad.experience.drivers.costs import FailureCost, read_failure_costs
from lealtad.experience.drivers.importance import decompose_r2
from lealtad.experience.drivers.journey_weights import read_journey_weights
from lealtad.experience.drivers.ordering import order_drivers
from lealtad.experience.drivers.page import write_driver_page
from lealtad.experience.drivers.report import LEAST_EXAMPLES, DriverReport, compute_drivers
from lealtad.experience.drivers.resampling import compute_importance
from lealtad.experience.drivers.sheet import write_driver_spreadsheet, write_driver_table
from lealtad.experience.drivers.survey_table import SurveyDrivers, rank_survey_drivers

__all__ = [
    "LEAST_EXAMPLES",
    "DriverReport",
    "FailureCost",
    "SurveyDrivers",
    "compute_drivers",
    "compute_importance",
    "decompose_r2",
    "order_drivers",
    "rank_survey_drivers",
    "read_failure_costs",
    "read_journey_weights",
    "write_driver_page",
    "write_driver_spreadsheet",
    "write_driver_table",
]
